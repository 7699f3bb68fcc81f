#include "admin/trace/ladder.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace ringfence::admin {
namespace {

constexpr std::size_t kSpan = 36;       // between two posts
constexpr std::size_t kTimeWidth = 12;  // "+12345.123456"
constexpr std::size_t kTagWidth = 5;    // "#123"
constexpr std::size_t kMaxCalls = 10'000;

std::string shown(std::string_view text, std::size_t longest) {
  std::string clean = printable(text);
  if (display_width(clean) > longest) {
    clean.resize(longest - 1);
    clean += '~';
  }
  return clean;
}

bool carries_sdp(const TracedMessage& message) {
  return message.octets.find("\r\n\r\nv=0") != message.octets.npos;
}

// Requests are plain; what went well is good, what did not is bad.
Tone tone_of(const std::string& label) {
  if (label.starts_with("2")) return Tone::good;
  if (label.size() > 3 && label[0] >= '4' && label[0] <= '6' && label[1] >= '0' &&
      label[1] <= '9') {
    // A challenge is the usual way to be let in.
    return label.starts_with("401") || label.starts_with("407") ? Tone::plain : Tone::bad;
  }
  return label.starts_with("1") ? Tone::faint : Tone::plain;
}

std::string centred(std::string_view text, std::size_t width) {
  const std::size_t left = (width - std::min(width, text.size())) / 2;
  return std::string(left, ' ') + std::string(text);
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, display_width(text)), ' ');
}

// A message under its line, indented; its own line ends are the only control octets that count.
std::string whole(const TracedMessage& message) {
  std::string out;
  std::string_view rest = message.octets;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out += "      " + printable(line);
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out + "\n";
}

}  // namespace

std::string peer_label(const TracedMessage& message) {
  return message.remote.to_string() + " " + std::string(name_of(message.transport));
}

std::string Ladder::heading(const TracedMessage& first) const {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(first.time);
  const std::size_t before = kTagWidth + kTimeWidth + 2;
  std::string out = toned(
      fmt::format("+0 is {:%Y-%m-%d %H:%M:%S}.{:06} UTC", fmt::gmtime(std::time_t{seconds.count()}),
                  (first.time - seconds).count() / 1000),
      Tone::faint, colours_);
  out += '\n';
  std::string titles(before, ' ');
  titles += padded("leg a", peer_width_ + 1);
  titles += centred("Ringfence", 2 * kSpan + 3);
  titles = padded(titles, before + peer_width_ + 2 * kSpan + 5) + "leg b";
  return out + toned(titles, Tone::faint, colours_) + "\n";
}

std::uint32_t Ladder::number_of(const TracedMessage& message) {
  const std::string& key = message.call.empty() ? message.call_id : message.call;
  if (numbers_.size() >= kMaxCalls) numbers_.clear();
  return numbers_.emplace(key, static_cast<std::uint32_t>(numbers_.size() + 1)).first->second;
}

std::string Ladder::introduction(const TracedMessage& message, std::uint32_t number) {
  if (introduced_.size() >= kMaxCalls) introduced_.clear();
  if (!introduced_.insert(message.call_id).second) return {};
  const char* leg = message.leg == TraceLeg::a   ? " leg a"
                    : message.leg == TraceLeg::b ? " leg b"
                                                 : "";
  return toned(fmt::format("#{}{}: Call-ID {}", number, leg, shown(message.call_id, 200)),
               Tone::faint, colours_) +
         "\n";
}

std::string Ladder::arrow(const TracedMessage& message, TraceLeg side) const {
  const std::string label = shown(message.label + (carries_sdp(message) ? " SDP" : ""), kSpan - 8);
  const std::size_t dashes = kSpan - 6 - display_width(label);
  // The peer of leg b stands on the other side.
  const bool to_the_right =
      (message.direction == TraceDirection::received) == (side != TraceLeg::b);
  const std::string text = toned(label, tone_of(message.label), colours_);
  return to_the_right ? "--- " + text + " " + std::string(dashes, '-') + ">"
                      : "<-- " + text + " " + std::string(dashes + 1, '-');
}

std::string Ladder::add(const TracedMessage& message) {
  std::string out;
  const std::string peer = peer_label(message);
  peer_width_ = std::max(peer_width_, peer.size());
  if (!start_) {
    start_ = message.time;
    out = heading(message);
  }
  const std::uint32_t number = number_of(message);
  out += introduction(message, number);
  const auto since = std::chrono::floor<std::chrono::microseconds>(message.time - *start_);
  const std::string offset = fmt::format("{:+.6f}", static_cast<double>(since.count()) / 1e6);
  std::string line =
      padded(fmt::format("#{}", number), kTagWidth) + padded(offset, kTimeWidth) + "  ";
  const std::string gap(kSpan, ' ');
  if (message.leg == TraceLeg::b) {
    line += padded("", peer_width_) + " |" + gap + "|" + arrow(message, TraceLeg::b) + "| " + peer;
  } else {
    line += padded(peer, peer_width_) + " |" + arrow(message, TraceLeg::a) + "|" + gap + "|";
  }
  out += line + "\n";
  if (detail_ == LadderDetail::whole_messages) out += whole(message);
  return out;
}

}  // namespace ringfence::admin
