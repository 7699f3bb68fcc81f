// libsrtp2 is initialised once for all tests of this program, as main does it.
#include <gtest/gtest.h>

#include <optional>

#include "media-worker/srtp/srtp_library.hpp"

namespace ringfence::media_worker::test {
namespace {

class SrtpEnvironment final : public testing::Environment {
 public:
  void SetUp() override {
    auto started = SrtpLibrary::start();
    ASSERT_TRUE(started) << started.error().message;
    library_.emplace(std::move(*started));
  }
  void TearDown() override { library_.reset(); }

 private:
  std::optional<SrtpLibrary> library_;
};

const auto* const kEnvironment = testing::AddGlobalTestEnvironment(new SrtpEnvironment);

}  // namespace
}  // namespace ringfence::media_worker::test
