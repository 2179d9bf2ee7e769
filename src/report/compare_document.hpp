// A comparison of files as a document: its rows, and what is concluded from them.
#pragma once

#include "src/report/compare.hpp"
#include "src/report/document.hpp"

namespace overlap {

Document document_of(const FileComparison& comparison);

}  // namespace overlap
