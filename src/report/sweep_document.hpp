// A sweep as a document: its cells' table, and what stands around it.
#pragma once

#include "src/report/document.hpp"
#include "src/sweep_results.hpp"

namespace overlap {

Document document_of(const Sweep& sweep);

}  // namespace overlap
