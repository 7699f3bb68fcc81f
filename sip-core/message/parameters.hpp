// Parameters: `;name=value` lists of URIs, Via and name-addr. Names are compared without case and
// values kept as written (a quoted string keeps its quotes). Two ways in: scanning text in place
// without a copy, and an owning list to edit. Malformed text is nullopt or false, never a guess.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence::sip_core::sip {

struct ParameterView {
  std::string_view name;
  std::optional<std::string_view> value;
};

// What a parameter may hold: URIs allow more signs than header fields, which allow quoted strings
// (RFC 3261 §25.1 uri-parameter and generic-param).
enum class ParameterGrammar { uri, header };

// Takes the next parameter off `text`, which begins with ';' or is empty; nullopt at the end and on
// malformed text (then `text` is not empty).
std::optional<ParameterView> take_parameter(std::string_view& text, ParameterGrammar grammar);

class Parameters {
 public:
  struct Item {
    std::string name;
    std::optional<std::string> value;
  };

  static std::optional<Parameters> parse(std::string_view text, ParameterGrammar grammar);

  bool has(std::string_view name) const;
  // nullopt when absent; "" when present without a value.
  std::optional<std::string_view> value(std::string_view name) const;
  void set(std::string_view name, std::string_view value);  // replaces or appends
  void set_flag(std::string_view name);                     // without a value
  void remove(std::string_view name);
  bool empty() const { return items_.empty(); }
  const std::vector<Item>& items() const { return items_; }
  void append_to(std::string& out) const;  // ";a=b;c"

 private:
  Item* find(std::string_view name);

  std::vector<Item> items_;
};

}  // namespace ringfence::sip_core::sip
