// Results as a document: the table, and what stands around it.
#pragma once

#include "src/report/document.hpp"
#include "src/results.hpp"

namespace overlap {

Document document_of(const Results& results);

}  // namespace overlap
