#include "admin/recording/listed_recordings.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "recorder/recording/recording_folder.hpp"

namespace ringfence::admin {
namespace {

using Json = nlohmann::ordered_json;
using recorder::RecordingFolder;
using recorder::Sidecar;

Result<Sidecar> sidecar_of(int folder, const std::string& name) {
  const auto recording = RecordingFolder::open(folder, name);
  if (!recording) return std::unexpected(recording.error());
  const auto text = recording->read(recorder::kSidecarName);
  return text ? recorder::sidecar_from_json(*text) : std::unexpected(text.error());
}

std::string length_of(const Sidecar& sidecar) {
  return fmt::format("{:.1f}", static_cast<double>(sidecar.length().count()) / 1000);
}

Cell state_of(const Sidecar& sidecar) {
  if (sidecar.started == WallTime()) return Cell("not readable", Tone::bad);
  if (!sidecar.ending) return Cell("recording", Tone::good);
  return Cell(std::string(to_string(*sidecar.ending)),
              *sidecar.ending == recorder::Ending::complete ? Tone::plain : Tone::bad);
}

std::string missing_of(const Sidecar& sidecar) {
  std::chrono::milliseconds sum{};
  for (const recorder::Missing& missing : sidecar.missing)
    sum += missing.length;
  return sum.count() == 0 ? "" : fmt::format("{} ms", sum.count());
}

}  // namespace

Result<std::vector<Sidecar>> listed_recordings(const std::string& folder) {
  const Fd all(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!all && errno == ENOENT) return std::vector<Sidecar>();
  if (!all) return system_error("cannot read the recordings in " + folder);
  const auto names = recorder::names_in(all.get());
  if (!names) return std::unexpected(names.error());
  std::vector<Sidecar> recordings;
  for (const std::string& name : *names) {
    if (::faccessat(all.get(), (name + "/").c_str(), F_OK, 0) != 0) continue;  // no folder
    auto sidecar = sidecar_of(all.get(), name);
    recordings.push_back(sidecar ? std::move(*sidecar) : Sidecar{});
    recordings.back().recording = name;
  }
  return recordings;
}

std::string recordings_as_table(const std::string& folder, const std::vector<Sidecar>& recordings,
                                Colours colours) {
  TextTable table({{"recording"},
                   {"tenant"},
                   {"from"},
                   {"to"},
                   {"seconds", Align::right},
                   {"state"},
                   {"missing", Align::right},
                   {"call-id"}});
  for (const Sidecar& sidecar : recordings) {
    const recorder::CallFacts& call = sidecar.call;
    table.add({sidecar.recording, call.tenant, call.from, call.to, length_of(sidecar),
               state_of(sidecar), missing_of(sidecar), call.call_id});
  }
  return table.empty() ? "There are no recordings in " + folder + ".\n" : table.to_string(colours);
}

std::string recordings_as_json(const std::vector<Sidecar>& recordings) {
  Json list = Json::array();
  for (const Sidecar& sidecar : recordings)
    list.push_back(Json::parse(recorder::to_json(sidecar)));
  return list.dump(2) + "\n";
}

}  // namespace ringfence::admin
