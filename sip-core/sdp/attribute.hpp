// Attribute: one a= line, "name" or "name:value" (RFC 8866 §5.13), as a view. Attributes: those of
// one level, kept as written and in order, as one text that they may be read from and appended to.
// A view lives until the list is changed. No value can become a line of its own.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ringfence::sip_core::sdp {

struct Attribute {
  std::string_view name;
  std::optional<std::string_view> value;

  bool operator==(const Attribute&) const = default;
};

class Attributes {
 public:
  class Iterator {
   public:
    using value_type = Attribute;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(std::string_view lines) : rest_(lines) { ++*this; }
    const Attribute& operator*() const { return current_; }
    const Attribute* operator->() const { return &current_; }
    std::string_view line() const { return line_; }  // as push_clean_line() takes it
    Iterator& operator++();
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return at_end_; }

   private:
    std::string_view rest_;
    std::string_view line_;
    Attribute current_;
    bool at_end_ = false;
  };

  Attributes() = default;
  Attributes(std::initializer_list<Attribute> list);

  Iterator begin() const { return Iterator(lines_); }
  std::default_sentinel_t end() const { return {}; }
  std::size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  const std::string& lines() const { return lines_; }  // "a=name:value" and CRLF, each

  void reserve(std::size_t octets) { lines_.reserve(octets); }
  void push_back(const Attribute& attribute);
  // "name" or "name:value" of a line that was read: neither CR, LF nor NUL is in it.
  void push_clean_line(std::string_view line);
  template <typename Predicate>
  void remove_if(Predicate unwanted) {
    const Attributes all = std::exchange(*this, Attributes());
    reserve(all.lines_.size());
    for (auto attribute = all.begin(); attribute != all.end(); ++attribute) {
      if (!unwanted(*attribute)) push_clean_line(attribute.line());
    }
  }

  bool operator==(const Attributes&) const = default;

 private:
  void append(std::string_view text);

  std::string lines_;
  std::size_t count_ = 0;
};

bool has(const Attributes& attributes, std::string_view name);
// The value of the first of that name, "" for one without a value; nullopt when absent.
std::optional<std::string_view> value_of(const Attributes& attributes, std::string_view name);
void remove(Attributes& attributes, std::string_view name);

// RFC 8866 §6.7: the one that stands last counts here, as there should be one at most.
enum class Direction : std::uint8_t { sendrecv, sendonly, recvonly, inactive };
std::string_view to_text(Direction direction);
std::optional<Direction> direction_of(const Attributes& attributes);
Direction reversed(Direction direction);  // what the other side sees

}  // namespace ringfence::sip_core::sdp
