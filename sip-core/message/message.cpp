#include "sip-core/message/message.hpp"

#include <utility>

#include "runtime/octet_scan.hpp"
#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core::sip {

std::string_view Message::method_text() const {
  return view(method_text_);
}

Field Message::field(std::size_t index) const {
  const IndexedField& f = fields_[index];
  return {f.id, view(f.name), view(f.value)};
}

std::size_t Message::count(HeaderName name) const {
  std::size_t n = 0;
  for (std::uint8_t i = first(name); i != kNone; i = fields_[i].next)
    ++n;
  return n;
}

std::optional<std::string_view> Message::header(HeaderName name) const {
  const std::uint8_t i = first(name);
  if (i == kNone) return std::nullopt;
  return view(fields_[i].value);
}

std::optional<std::string_view> Message::header(std::string_view name) const {
  const HeaderName id = header_name_from(name);
  for (std::uint8_t i = first(id); i != kNone; i = fields_[i].next) {
    if (id != HeaderName::other || equal_without_case(view(fields_[i].name), name)) {
      return view(fields_[i].value);
    }
  }
  return std::nullopt;
}

ValueRange Message::values(HeaderName name) const {
  return {*this, name};
}

bool Message::lists(HeaderName name, std::string_view token) const {
  for (const std::string_view value : values(name)) {
    if (equal_without_case(value, token)) return true;
  }
  return false;
}

// These views outlive a move: a message with such a field is too long to lie within its string.
void Message::read_ahead() {
  if (auto text = header(HeaderName::via)) via_ = Via::parse(take_list_value(*text));
  if (const auto text = header(HeaderName::cseq)) cseq_ = CSeq::parse(*text);
  from_tag_ = find_tag(header(HeaderName::from).value_or("")).value_or("");
  to_tag_ = find_tag(header(HeaderName::to).value_or("")).value_or("");
}

std::optional<NameAddrView> Message::from() const {
  const auto text = header(HeaderName::from);
  return text ? NameAddrView::parse(*text) : std::nullopt;
}

std::optional<NameAddrView> Message::to() const {
  const auto text = header(HeaderName::to);
  return text ? NameAddrView::parse(*text) : std::nullopt;
}

std::optional<Contacts> Message::contacts() const {
  Contacts contacts;
  for (const std::string_view value : values(HeaderName::contact)) {
    if (value == "*") {
      contacts.asterisk = true;
      continue;
    }
    auto address = NameAddr::parse(value);
    if (!address) return std::nullopt;
    contacts.list.push_back(std::move(*address));
  }
  // RFC 3261 §10.2.2: the asterisk stands alone (R062).
  if (contacts.asterisk && (!contacts.list.empty() || count(HeaderName::contact) > 1)) {
    return std::nullopt;
  }
  return contacts;
}

std::optional<NameAddrView> Message::contact() const {
  auto text = header(HeaderName::contact);
  return text ? NameAddrView::parse(take_list_value(*text)) : std::nullopt;
}

std::optional<std::vector<NameAddr>> Message::addresses(HeaderName name) const {
  std::vector<NameAddr> list;
  for (const std::string_view value : values(name)) {
    auto address = NameAddr::parse(value);
    if (!address) return std::nullopt;
    list.push_back(std::move(*address));
  }
  return list;
}

std::optional<std::uint32_t> Message::number(HeaderName name) const {
  const auto text = header(name);
  if (!text) return std::nullopt;
  const std::size_t digits = span_of_class(*text, kDigit);
  const auto number = parse_number(text->substr(0, digits), UINT32_MAX);
  const bool ends = digits == text->size() || std::string_view(" \t;(").contains((*text)[digits]);
  if (!number || !ends) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::string_view Message::content_type() const {
  const std::string_view text = header(HeaderName::content_type).value_or("");
  return trim(text.substr(0, text.find(';')));
}

std::string_view take_list_value(std::string_view& rest) {
  const char* const data = rest.data();
  const std::size_t size = rest.size();
  const auto next = [&](std::size_t at) { return find_any<'"', ',', '<'>(data, at, size); };
  std::size_t i = next(0);
  while (i < size && data[i] != ',') {
    if (data[i] == '<') {
      i = find_any<'>'>(data, i, size);  // an end that is missing hides all that follows
    } else {
      const std::size_t quoted = quoted_string_size(rest.substr(i));
      i = quoted == std::string_view::npos ? size : i + quoted - 1;
    }
    if (i < size) i = next(i + 1);
  }
  const std::string_view value = trim(rest.substr(0, i));
  rest = i < rest.size() ? rest.substr(i + 1) : std::string_view();
  return value;
}

ValueRange::Iterator::Iterator(const Message* message, std::uint8_t field, bool list)
    : message_(message), field_(field), list_(list), at_end_(field == Message::kNone) {
  if (!at_end_) enter_field();
}

void ValueRange::Iterator::enter_field() {
  rest_ = message_->view(message_->fields_[field_].value);
  if (list_) {
    value_ = take_list_value(rest_);
  } else {
    value_ = std::exchange(rest_, std::string_view());
  }
}

ValueRange::Iterator& ValueRange::Iterator::operator++() {
  // A trailing comma leaves nothing behind it, and is passed over like an empty element.
  if (!rest_.empty()) {
    value_ = take_list_value(rest_);
    return *this;
  }
  field_ = message_->fields_[field_].next;
  at_end_ = field_ == Message::kNone;
  if (!at_end_) enter_field();
  return *this;
}

}  // namespace ringfence::sip_core::sip
