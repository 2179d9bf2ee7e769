// A small decoder of UTF-8, and layout by the width of what it finds.
#include "src/base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace overlap {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct Character {
  std::uint32_t code = 0xFFFD;
  std::size_t bytes = 1;
  bool valid = false;
};

// The first character of a text that is not empty.
Character first_character(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  std::uint32_t code = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < smallest[bytes] || code > 0x10FFFF || surrogate) return {};
  return {code, bytes, true};
}

struct CodeRange {
  std::uint32_t first;
  std::uint32_t last;
};

std::size_t width_of(std::uint32_t code) noexcept {
  constexpr std::array<CodeRange, 4> none = {{{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};
  constexpr std::array<CodeRange, 9> wide = {{{0x1100, 0x115F},
                                              {0x2E80, 0xA4CF},
                                              {0xAC00, 0xD7A3},
                                              {0xF900, 0xFAFF},
                                              {0xFE30, 0xFE6F},
                                              {0xFF00, 0xFF60},
                                              {0xFFE0, 0xFFE6},
                                              {0x1F300, 0x1FAFF},
                                              {0x20000, 0x3FFFD}}};
  const auto holds = [code](const CodeRange& range) { return code >= range.first && code <= range.last; };
  if (std::any_of(none.begin(), none.end(), holds)) return 0;
  return std::any_of(wide.begin(), wide.end(), holds) ? 2 : 1;
}

// Bytes of the longest beginning that fits.
std::size_t bytes_within(std::string_view text, std::size_t columns) noexcept {
  std::size_t bytes = 0;
  for (std::size_t used = 0; bytes < text.size();) {
    const Character character = first_character(text.substr(bytes));
    used += width_of(character.code);
    if (used > columns) break;
    bytes += character.bytes;
  }
  return bytes;
}

}  // namespace

std::string clean_line(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    const bool control = character.code < 0x20 || (character.code >= 0x7F && character.code < 0xA0);
    if (control) {
      clean += ' ';
    } else {
      clean += character.valid ? text.substr(0, character.bytes) : replacement;
    }
    text.remove_prefix(character.bytes);
  }
  return clean;
}

std::string markdown_escaped(std::string_view text) {
  constexpr std::string_view special = "\\`*_<>[]|~&#";
  std::string safe;
  for (const char letter : clean_line(text)) {
    if (special.find(letter) != std::string_view::npos) safe += '\\';
    safe += letter;
  }
  return safe;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::size_t display_width(std::string_view text) noexcept {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    columns += width_of(character.code);
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string clip(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  return std::string(text.substr(0, bytes_within(text, columns - 1))) + "…";
}

std::string clip_middle(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  const std::size_t of_end = (columns - 1) / 2;
  std::string_view end = text;
  while (display_width(end) > of_end) end.remove_prefix(first_character(end).bytes);
  return clip(text, columns - display_width(end)) + std::string(end);
}

std::string pad_right(std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return std::string(text) + std::string(columns > width ? columns - width : 0, ' ');
}

std::string pad_left(std::string_view text, std::size_t columns) {
  const std::size_t width = display_width(text);
  return std::string(columns > width ? columns - width : 0, ' ') + std::string(text);
}

std::string wrap(std::string_view text, std::size_t columns, std::size_t indent) {
  std::string lines;
  std::string line;
  std::size_t used = 0;
  bool has_word = false;
  const auto end_line = [&] {
    lines += line + '\n';
    line.assign(indent, ' ');
    used = indent;
    has_word = false;
  };
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (word.empty()) continue;
    if (has_word && used + 1 + display_width(word) > columns) end_line();
    if (has_word) {
      line += ' ';
      ++used;
    }
    // Not by the whole word's width, which would take the square of a long one's length.
    for (std::size_t bytes = 0; (bytes = bytes_within(word, columns - used)) < word.size();) {
      bytes = std::max(bytes, first_character(word).bytes);
      if (const std::size_t colon = word.substr(0, bytes).rfind(':'); colon != std::string_view::npos)
        bytes = colon + 1;
      line += word.substr(0, bytes);
      word.remove_prefix(bytes);
      end_line();
    }
    line += word;
    used += display_width(word);
    has_word = true;
  }
  lines += line + '\n';
  return lines;
}

std::string wrap_lines(std::string_view text, std::size_t columns) {
  constexpr std::size_t least_columns_of_a_text = 20;
  constexpr std::size_t most_indent_of_a_command = 8;
  std::string lines;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t gap = line.find("  ", indent);
    std::size_t begin = std::min(line.find_first_not_of(' ', gap), line.size());
    if (display_width(line.substr(0, begin)) + least_columns_of_a_text > columns) begin = indent;
    const std::size_t margin = display_width(line.substr(0, begin));
    const bool is_command = gap == std::string_view::npos && indent > 0 && indent <= most_indent_of_a_command;
    if (display_width(line) <= columns || margin >= columns || is_command) {
      lines += line;
      lines += '\n';
      continue;
    }
    std::string_view before = line.substr(0, begin);
    const std::string wrapped = wrap(line.substr(begin), columns - margin, 0);
    const std::string below(margin, ' ');
    for (const std::string_view part : split(std::string_view(wrapped).substr(0, wrapped.size() - 1), '\n')) {
      lines += before;
      lines += part;
      lines += '\n';
      before = below;
    }
  }
  lines.pop_back();  // as many as there were
  return lines;
}

}  // namespace overlap
