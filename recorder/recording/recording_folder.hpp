// RecordingFolder: the folder of one recording, by an open descriptor. All access to its files goes
// through here; names are those of the manifest. Files are readable by their group, whichever the
// folder above hands down (set-group-id), and by nobody else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "recorder/evidence/verdict.hpp"
#include "runtime/fd.hpp"
#include "runtime/result.hpp"

namespace ringfence::recorder {

class RecordingFolder {
 public:
  // `parent` is an open folder or AT_FDCWD.
  static Result<RecordingFolder> create(int parent, const std::string& name);
  static Result<RecordingFolder> open(int parent, const std::string& path);

  // A new file, for reading and writing.
  Result<Fd> make(const std::string& name) const;
  Result<Fd> open_to_repair(const std::string& name) const;
  Result<void> append(std::string_view name, std::string_view text) const;
  // All of it or nothing, also where the machine stops meanwhile.
  Result<void> replace(std::string_view name, std::string_view text) const;
  Result<void> cut(std::string_view name, std::size_t size) const;
  Result<void> remove(std::string_view name) const;

  // Empty where there is no such file.
  Result<std::string> read(std::string_view name) const;
  Result<std::string> sha256(std::string_view name) const;
  // Of the segments and the sidecar that are there.
  Result<FileHashes> hashes() const;
  // Of the segments alone, in their order.
  Result<std::vector<std::string>> segments() const;

 private:
  explicit RecordingFolder(Fd folder) : folder_(std::move(folder)) {}

  Result<Fd> open_file(std::string_view name, int flags) const;

  Fd folder_;
};

// Names in an open folder, without those that begin with a dot, sorted.
Result<std::vector<std::string>> names_in(int folder);

}  // namespace ringfence::recorder
