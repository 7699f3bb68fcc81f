#include "sip-core/message/name_addr.hpp"

namespace ringfence::sip_core::sip {

NameAddr::NameAddr(const NameAddrView& view)
    : display_name(view.display_name()), uri(view.uri), parameters(view.parameters) {}

std::optional<NameAddr> NameAddr::parse(std::string_view text) {
  const auto view = NameAddrView::parse(text);
  if (!view) return std::nullopt;
  return NameAddr(*view);
}

std::optional<std::uint32_t> NameAddr::expires() const {
  return NameAddrView{{}, {}, parameters.view()}.expires();
}

std::optional<std::uint16_t> NameAddr::q() const {
  return NameAddrView{{}, {}, parameters.view()}.q();
}

std::string NameAddr::to_string() const {
  std::string out;
  if (!display_name.empty()) {
    out += '"';
    for (const char c : display_name) {
      const auto octet = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') out += '\\';
      out += octet < 0x20 || octet == 0x7f ? ' ' : c;
    }
    out += "\" ";
  }
  out += '<';
  uri.append_to(out);
  out += '>';
  parameters.append_to(out);
  return out;
}

}  // namespace ringfence::sip_core::sip
