// Figures for people: three significant digits and a unit. What is not finite is "–".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace overlap {

std::string format_seconds(double seconds);     // "28.4 ms", "3.21 s"; from two minutes on "2 min 05 s", "1 h 04 min"
std::string format_bytes(std::uint64_t bytes);  // "96.0 MB", "1.20 GB": powers of ten
std::string format_ratio(double ratio);         // "3.21", "0.947", "12.4", "1,234"
std::string format_count(std::uint64_t count);  // "4,000,000"

/// "1 request", "4,000 requests".
std::string counted(std::uint64_t count, std::string_view noun);

/// Two times under one unit where that can be read, low first: "3.10–3.40 s", "2.08–3.75 min", "12.0 µs–3.40 s".
std::string format_seconds_pair(double low, double high, std::string_view between);

}  // namespace overlap
