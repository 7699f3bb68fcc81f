#include "recorder/recording/sidecar.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "recorder/recording/utc_time.hpp"

namespace ringfence::recorder {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr std::int64_t kMostMilliseconds = std::int64_t{1} << 40;
constexpr std::int64_t kLeastRate = 8000;
constexpr std::int64_t kMostRate = 48000;

Json json_of(const SegmentFacts& segment) {
  return {{"file", segment.file}, {"milliseconds", segment.length.count()}};
}

Json json_of(const Missing& missing) {
  return {{"channel", missing.channel},
          {"at_milliseconds", missing.at.count()},
          {"milliseconds", missing.length.count()},
          {"why", missing.why}};
}

template <typename T>
Json array_of(const std::vector<T>& items) {
  Json array = Json::array();
  for (const T& item : items)
    array.push_back(json_of(item));
  return array;
}

// Whoever could write the file could write any number: one that no recording has becomes the
// nearest that one may have.
std::int64_t number_within(const Json& json, std::int64_t least, std::int64_t most) {
  return json.is_number_integer() ? std::clamp(json.get<std::int64_t>(), least, most) : least;
}

std::chrono::milliseconds milliseconds(const Json& json, const char* name) {
  return std::chrono::milliseconds(number_within(json.at(name), 0, kMostMilliseconds));
}

std::optional<Ending> ending_of(const std::string& state) {
  for (const Ending how : {Ending::complete, Ending::interrupted}) {
    if (state == to_string(how)) return how;
  }
  return {};
}

// Throws what nlohmann throws.
Sidecar read(const Json& json) {
  Sidecar sidecar;
  sidecar.recording = json.at("recording");
  sidecar.ending = ending_of(json.at("state"));
  sidecar.started = utc_time(json.at("started")).value_or(WallTime());
  if (!json.at("ended").is_null()) sidecar.ended = utc_time(json.at("ended"));
  sidecar.call.tenant = json.at("tenant");
  sidecar.call.call_id = json.at("call_id");
  sidecar.call.from = json.at("from");
  sidecar.call.to = json.at("to");
  sidecar.sample_rate =
      static_cast<std::uint32_t>(number_within(json.at("sample_rate"), kLeastRate, kMostRate));
  sidecar.call.left_codec = json.at("channels").at(0).at("codec");
  sidecar.call.right_codec = json.at("channels").at(1).at("codec");
  for (const Json& segment : json.at("segments")) {
    sidecar.segments.push_back({segment.at("file"), milliseconds(segment, "milliseconds")});
  }
  for (const Json& missing : json.at("missing")) {
    sidecar.missing.push_back({missing.at("channel"), milliseconds(missing, "at_milliseconds"),
                               milliseconds(missing, "milliseconds"), missing.at("why")});
  }
  return sidecar;
}

}  // namespace

std::chrono::milliseconds Sidecar::length() const {
  return std::accumulate(
      segments.begin(), segments.end(), std::chrono::milliseconds(0),
      [](auto sum, const SegmentFacts& segment) { return sum + segment.length; });
}

std::string to_json(const Sidecar& sidecar) {
  const CallFacts& call = sidecar.call;
  const Json left = {{"channel", "left"}, {"leg", "a"}, {"codec", call.left_codec}};
  const Json right = {{"channel", "right"}, {"leg", "b"}, {"codec", call.right_codec}};
  const Json json = {
      {"format", kFormat},
      {"recording", sidecar.recording},
      {"state", sidecar.ending ? std::string(to_string(*sidecar.ending)) : "recording"},
      {"started", utc_text(sidecar.started)},
      {"ended", sidecar.ended ? Json(utc_text(*sidecar.ended)) : Json(nullptr)},
      {"tenant", call.tenant},
      {"call_id", call.call_id},
      {"from", call.from},
      {"to", call.to},
      {"sample_rate", sidecar.sample_rate},
      {"channels", Json::array({left, right})},
      {"milliseconds", sidecar.length().count()},
      {"segments", array_of(sidecar.segments)},
      {"missing", array_of(sidecar.missing)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Sidecar> sidecar_from_json(const std::string& text) {
  // nlohmann speaks in exceptions; they end here.
  try {
    return read(Json::parse(text));
  } catch (const Json::exception&) {
    return fail(std::string(kSidecarName) + " is not as the recorder writes it");
  }
}

}  // namespace ringfence::recorder
