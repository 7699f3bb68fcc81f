#include "supervisor/certificate/folder_watch.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace ringfence::supervisor {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class FolderWatchTest : public testing::Test {
 protected:
  FolderWatchTest() {
    std::string pattern = (fs::temp_directory_path() / "ringfence-watch-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    fs::create_directories(folder_ / "one");
  }
  ~FolderWatchTest() override { fs::remove_all(folder_); }

  void write(const std::string& path) { std::ofstream(folder_ / path) << "x"; }
  // Until it tells of a change, or for as long as nobody would wait.
  bool told() {
    const int before = changes_;
    const Timer limit = loop_.after(5s, [this] { loop_.stop(); });
    loop_.run();
    return changes_ > before;
  }
  bool watch(const std::set<std::string>& names) {
    std::set<std::string> folders;
    for (const std::string& name : names)
      folders.insert((folder_ / name).string());
    return watch_.watch(folders);
  }

  Loop loop_;
  fs::path folder_;
  int changes_ = 0;
  FolderWatch watch_{loop_, [this] {
                       ++changes_;
                       loop_.stop();
                     }};
};

TEST_F(FolderWatchTest, TellsOnceOfABurst) {
  ASSERT_TRUE(watch({"one"}));
  EXPECT_TRUE(told()) << "a folder that is new counts as changed";
  for (int i = 0; i < 10; ++i)
    write("one/" + std::to_string(i));
  EXPECT_TRUE(told());
  EXPECT_EQ(changes_, 2);
}

TEST_F(FolderWatchTest, TellsOfARename) {
  write("new");
  watch({"one"});
  told();
  fs::rename(folder_ / "new", folder_ / "one/fullchain.pem");
  EXPECT_TRUE(told());
}

TEST_F(FolderWatchTest, FollowsAFolderThatIsMadeAnew) {
  watch({"one"});
  told();
  fs::remove_all(folder_ / "one");
  EXPECT_TRUE(told());
  EXPECT_FALSE(watch({"one"})) << "it is not there";
  fs::create_directories(folder_ / "one");
  EXPECT_TRUE(watch({"one"}));
  EXPECT_TRUE(told());
  write("one/file");
  EXPECT_TRUE(told());
}

}  // namespace
}  // namespace ringfence::supervisor
