// Parameters: `;name=value` lists of URIs, Via and name-addr. Names are compared without case and
// values kept as written (a quoted string keeps its quotes). A view to read them in place, and an
// owning list, one text, to edit. Malformed text is nullopt, never a guess.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace ringfence::sip_core::sip {

struct ParameterView {
  std::string_view name;
  std::optional<std::string_view> value;
};

// What a parameter may hold: URIs allow more signs than header fields, which allow quoted strings
// (RFC 3261 §25.1 uri-parameter and generic-param).
enum class ParameterGrammar : std::uint8_t { uri, header };

// Takes the next parameter off `text`, which begins with ';' or is empty; nullopt at the end and on
// malformed text (then `text` is not empty).
std::optional<ParameterView> take_parameter(std::string_view& text, ParameterGrammar grammar);

// A list that was read once and found well formed. It must not outlive its text.
class ParametersView {
 public:
  class Iterator {
   public:
    using value_type = ParameterView;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    Iterator(std::string_view rest, ParameterGrammar grammar) : rest_(rest), grammar_(grammar) {
      ++*this;
    }
    const ParameterView& operator*() const { return *current_; }
    const ParameterView* operator->() const { return &*current_; }
    Iterator& operator++() {
      current_ = take_parameter(rest_, grammar_);
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return !current_; }

   private:
    std::string_view rest_;
    std::optional<ParameterView> current_;
    ParameterGrammar grammar_ = ParameterGrammar::header;
  };

  ParametersView() = default;
  static std::optional<ParametersView> parse(std::string_view text, ParameterGrammar grammar);

  Iterator begin() const { return {text_, grammar_}; }
  std::default_sentinel_t end() const { return {}; }
  bool has(std::string_view name) const { return value(name).has_value(); }
  // nullopt when absent; "" when present without a value.
  std::optional<std::string_view> value(std::string_view name) const;
  bool empty() const { return text_.empty(); }
  std::string_view text() const { return text_; }  // as it stood, ";" first
  ParameterGrammar grammar() const { return grammar_; }

 private:
  friend class Parameters;
  ParametersView(std::string_view text, ParameterGrammar grammar)
      : text_(text), grammar_(grammar) {}

  std::string_view text_;
  ParameterGrammar grammar_ = ParameterGrammar::header;
};

class Parameters {
 public:
  explicit Parameters(ParameterGrammar grammar) : grammar_(grammar) {}
  explicit Parameters(const ParametersView& view);
  static std::optional<Parameters> parse(std::string_view text, ParameterGrammar grammar);

  ParametersView view() const { return {text_, grammar_}; }
  bool has(std::string_view name) const { return view().has(name); }
  std::optional<std::string_view> value(std::string_view name) const { return view().value(name); }
  // Replaces or appends; what the grammar could not read back is left out.
  void set(const ParameterView& parameter);
  void set(std::string_view name, std::string_view value) { set({name, value}); }
  void set_flag(std::string_view name) { set({name, std::nullopt}); }  // without a value
  void remove(std::string_view name);
  bool empty() const { return text_.empty(); }
  void append_to(std::string& out) const { out += text_; }  // ";a=b;c"

 private:
  void append(const ParameterView& parameter);

  std::string text_;
  ParameterGrammar grammar_;
};

}  // namespace ringfence::sip_core::sip
