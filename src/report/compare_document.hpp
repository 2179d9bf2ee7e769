// A comparison of files as a document: its rows, and what is concluded from them.
#pragma once

#include <vector>

#include "src/base/named_texts.hpp"
#include "src/report/compare.hpp"
#include "src/report/document.hpp"

namespace overlap {

Document document_of(const FileComparison& comparison);

/// A fact of each machine: {"Machine A (laptop.json)", "AMD EPYC …"}.
NamedTexts machine_facts(const std::vector<ComparedMachine>& machines);

}  // namespace overlap
