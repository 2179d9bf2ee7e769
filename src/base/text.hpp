// Text of any kind: cleaned, split, and laid out in a terminal's columns, not in bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace overlap {

/// What a table for terminals may take where nothing is known of the terminal.
inline constexpr std::size_t table_columns = 120;

/// Escapes, where Style::colour allows them.
inline constexpr std::string_view bold = "\x1b[1m";
inline constexpr std::string_view bold_green = "\x1b[1;32m";
inline constexpr std::string_view bold_red = "\x1b[1;31m";
inline constexpr std::string_view yellow = "\x1b[33m";
inline constexpr std::string_view plain = "\x1b[0m";

/// Text from anywhere made fit for one line: control characters become spaces, and what is not UTF-8 becomes U+FFFD.
std::string clean_line(std::string_view text);

/// The same, with what Markdown would take for markup escaped.
std::string markdown_escaped(std::string_view text);

/// What stands between separators: one part more than there are of these.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Columns that UTF-8 takes on a terminal: none for combining marks, two for wide East Asian characters and emoji.
std::size_t display_width(std::string_view text) noexcept;

/// The text, or its beginning and "…" where it is wider than `columns`.
std::string clip(std::string_view text, std::size_t columns);

/// The same of names, whose ends tell them apart: the beginning, "…" and the end.
std::string clip_middle(std::string_view text, std::size_t columns);

/// The text with spaces after it (or before it) up to `columns`.
std::string pad_right(std::string_view text, std::size_t columns);
std::string pad_left(std::string_view text, std::size_t columns);

/// The text in lines of at most `columns`, broken between words, all but the first indented by `indent` spaces; each
/// newline-terminated. A word wider than a line is broken behind the last colon
/// in it, or where it ends.
std::string wrap(std::string_view text, std::size_t columns, std::size_t indent);

/// Lines of a name and, after a gap of two spaces or more, a text: those wider than `columns` are wrapped, the text in
/// its own columns. Where these are too few for that, and where there is no gap, a line begins as far in as the first.
/// Commands, which are a little indented and have no text beside them, stay in one line, to be copied.
std::string wrap_lines(std::string_view text, std::size_t columns);

}  // namespace overlap
