#include "admin/print/text_table.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace ringfence::admin {
namespace {

constexpr std::string_view kGap = "  ";

std::string_view escape_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::good:
      return "\x1b[32m";
    case Tone::bad:
      return "\x1b[31m";
    case Tone::faint:
      return "\x1b[2m";
  }
  return "";
}

void append_line(std::string& out, const std::vector<std::string>& parts) {
  std::string line;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) line += kGap;
    line += part;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += line;
  out += '\n';
}

std::string padded(std::string_view text, Tone tone, std::size_t width, Align align,
                   Colours colours) {
  const std::string clean = printable(text);
  const std::string padding(width - std::min(width, display_width(clean)), ' ');
  const std::string shown = toned(clean, tone, colours);
  return align == Align::left ? shown + padding : padding + shown;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  unsigned char before = 0;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    // C1 controls too: as UTF-8 they are C2 80 to C2 9F, alone they are no UTF-8.
    const bool c1 = octet >= 0x80 && octet < 0xa0 && (before == 0xc2 || before < 0x80);
    out += octet < 0x20 || octet == 0x7f || c1 ? '?' : c;
    before = octet;
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  // UTF-8: every octet but the continuations begins a character.
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string toned(std::string_view text, Tone tone, Colours colours) {
  if (colours == Colours::off || tone == Tone::plain) return std::string(text);
  return std::string(escape_of(tone)) + std::string(text) + "\x1b[0m";
}

std::string TextTable::to_string(Colours colours) const {
  std::vector<std::size_t> widths;
  widths.reserve(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = display_width(columns_[i].title);
    for (const auto& row : rows_) {
      if (i < row.size()) width = std::max(width, display_width(printable(row[i].text)));
    }
    widths.push_back(width);
  }
  std::string out;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    parts.push_back(padded(columns_[i].title, Tone::faint, widths[i], columns_[i].align, colours));
  }
  append_line(out, parts);
  for (const auto& row : rows_) {
    parts.clear();
    for (std::size_t i = 0; i < columns_.size() && i < row.size(); ++i) {
      parts.push_back(padded(row[i].text, row[i].tone, widths[i], columns_[i].align, colours));
    }
    append_line(out, parts);
  }
  return out;
}

Colours colours_of_stdout() {
  const char* refused = std::getenv("NO_COLOR");
  const bool wanted = refused == nullptr || *refused == '\0';
  return wanted && ::isatty(STDOUT_FILENO) == 1 ? Colours::on : Colours::off;
}

}  // namespace ringfence::admin
