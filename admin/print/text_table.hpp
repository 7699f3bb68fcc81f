// TextTable: rows of cells as aligned columns of text. Pure. Widths are counted in characters, not
// octets; control characters in a cell are shown as '?', so that no value can steer a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence::admin {

enum class Tone : std::uint8_t { plain, good, bad, faint };
enum class Align : std::uint8_t { left, right };
enum class Colours : std::uint8_t { off, on };

struct Cell {
  std::string text;
  Tone tone = Tone::plain;

  Cell(std::string t, Tone how = Tone::plain) : text(std::move(t)), tone(how) {}
  Cell(const char* t) : text(t) {}
};

struct TableColumn {
  std::string title;
  Align align = Align::left;
};

class TextTable {
 public:
  explicit TextTable(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  // Lines, each with its newline: the titles, then the rows.
  std::string to_string(Colours colours) const;

 private:
  std::vector<TableColumn> columns_;
  std::vector<std::vector<Cell>> rows_;
};

// Text for a terminal in its tone; the same text where colours are off.
std::string toned(std::string_view text, Tone tone, Colours colours);
std::string printable(std::string_view text);
std::size_t display_width(std::string_view text);

// Colours for standard output: only on a terminal, and where NO_COLOR is not set.
Colours colours_of_stdout();

}  // namespace ringfence::admin
