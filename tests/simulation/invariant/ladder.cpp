#include "tests/simulation/invariant/ladder.hpp"

#include <ostream>

namespace ringfence::simulation {

std::string_view field_of(std::string_view octets, std::string_view name) {
  const std::string wanted = "\r\n" + std::string(name) + ": ";
  const auto at = octets.find(wanted);
  if (at == std::string_view::npos) return {};
  const auto begin = at + wanted.size();
  return octets.substr(begin, octets.find("\r\n", begin) - begin);
}

void Ladder::note(Way way, const SocketAddress& peer, std::string_view octets) {
  lines_.push_back({schedule_.elapsed(), way, peer, std::string(octets)});
  if (lines_.size() > kept_) lines_.pop_front();
}

void Ladder::note(std::string sentence) {
  lines_.push_back({schedule_.elapsed(), Way::in, {}, std::move(sentence)});
  if (lines_.size() > kept_) lines_.pop_front();
}

void Ladder::link(std::string_view call_id, std::uint64_t number) {
  calls_.try_emplace(std::string(call_id), number);
}

std::uint64_t Ladder::number_of(std::string_view call_id) const {
  const auto found = calls_.find(std::string(call_id));
  return found == calls_.end() ? 0 : found->second;
}

template <typename Wanted>
void Ladder::print_if(std::ostream& out, Wanted wanted) const {
  for (const Line& line : lines_) {
    const bool sentence = line.peer.port == 0;
    const std::string_view octets = line.octets;
    if (!sentence && !wanted(field_of(octets, "Call-ID"))) continue;
    out << std::chrono::duration_cast<std::chrono::milliseconds>(line.at).count() << " ms  ";
    if (sentence) {
      out << "---- " << octets << '\n';
      continue;
    }
    const auto body = octets.find("\r\n\r\n");
    const bool with_body = body != std::string_view::npos && body + 4 < octets.size();
    out << line.peer.to_string() << (line.way == Way::in ? " --> " : " <-- ")
        << octets.substr(0, octets.find("\r\n")) << "  [" << field_of(octets, "CSeq")
        << (with_body ? ", SDP" : "") << "]  " << field_of(octets, "Call-ID") << '\n';
  }
}

void Ladder::print(std::ostream& out, std::string_view call_id) const {
  const std::uint64_t number = number_of(call_id);
  if (number != 0) return print_call(out, number);
  print_if(out, [&](std::string_view id) { return id == call_id; });
}

void Ladder::print_call(std::ostream& out, std::uint64_t number) const {
  print_if(out, [&](std::string_view id) { return number_of(id) == number; });
}

}  // namespace ringfence::simulation
