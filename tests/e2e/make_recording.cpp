// A recording as the recorder writes it, of tones instead of a call, for tests of what it proves:
//   make_recording FOLDER KEY.pem NAME SECONDS end|die|recover
// FOLDER gets the recording NAME and the public key, recorder.pem. `die` leaves it as a recorder
// that was killed does; `recover` closes it, as the next recorder does. The private key KEY.pem is
// made where there is none.

#include <fcntl.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numbers>
#include <string>
#include <vector>

#include "recorder/recording/recording_writer.hpp"
#include "recorder/recording/recovery.hpp"

namespace {

using namespace ringfence;

constexpr double kRate = 8000;

Result<recorder::SigningKey> key_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (file) {
    return recorder::SigningKey::from_pem(
        SecretBytes::from(std::string(std::istreambuf_iterator<char>(file), {})));
  }
  auto key = recorder::SigningKey::generate();
  if (key) {
    const SecretBytes pem = key->pem();
    std::ofstream(path, std::ios::binary)
        .write(static_cast<const char*>(static_cast<const void*>(pem.bytes().data())),
               static_cast<std::streamsize>(pem.size()));
  }
  return key;
}

// From 440 Hz the caller, from 880 Hz the other, both rising, so that no two segments are alike.
std::vector<std::int16_t> tones(int seconds) {
  std::vector<std::int16_t> samples;
  for (int i = 0; i < seconds * static_cast<int>(kRate); ++i) {
    for (const double pitch : {440.0, 880.0}) {
      samples.push_back(static_cast<std::int16_t>(
          8000 * std::sin(2 * std::numbers::pi * (pitch + i / kRate) * i / kRate)));
    }
  }
  return samples;
}

Result<void> record(int folder, const std::string& name, int seconds, bool to_its_end,
                    const recorder::SigningKey& key) {
  const WallTime now = std::chrono::system_clock::now();
  recorder::CallFacts call{"demo", "call-1@host", "sip:alice@demo.example", "sip:bob@demo.example",
                           "PCMU", "PCMA"};
  auto writer = recorder::RecordingWriter::begin(
      folder, {.recording = name, .call = std::move(call), .started = now}, key);
  if (!writer) return std::unexpected(writer.error());
  if (auto done = writer->write(tones(seconds)); !done) return done;
  return to_its_end ? writer->end(now + std::chrono::seconds(seconds)) : Result<void>();
}

Result<void> recover(int folder, const std::string& name, const recorder::SigningKey& key) {
  const auto recording = recorder::RecordingFolder::open(folder, name);
  if (!recording) return std::unexpected(recording.error());
  const auto done = recorder::recover(*recording, name, key);
  return done ? Result<void>() : std::unexpected(done.error());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 64;
  const std::string path = argv[1];
  const std::string how = argv[5];
  std::filesystem::create_directories(path);
  const auto key = key_in(argv[2]);
  if (!key) return 1;
  std::ofstream(path + "/recorder.pem") << key->verifying_key().pem();
  const Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto done = how == "recover"
                        ? recover(folder.get(), argv[3], *key)
                        : record(folder.get(), argv[3], std::stoi(argv[4]), how == "end", *key);
  if (!done) std::fprintf(stderr, "make_recording: %s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
