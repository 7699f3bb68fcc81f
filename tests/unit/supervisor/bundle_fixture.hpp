// A folder with the real supervisor and status process and stand-ins for the other children, and
// what a test does with them: start, edit the database, ask for pages, read the log, stop.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "runtime/fd.hpp"

namespace ringfence::supervisor {

class Bundle : public testing::Test {
 protected:
  Bundle();
  ~Bundle() override;

  // With FAKE_CHILD_FAULT in its environment, where one is given.
  void start(const std::vector<std::string>& more = {}, const std::string& fault = "");
  void start_and_wait(const std::vector<std::string>& more = {});
  // The exit status after SIGTERM, and how long it took.
  int stop();
  std::chrono::milliseconds stop_took() const { return stop_took_; }
  // For a supervisor that ends by itself.
  int wait_for_exit();

  void sql(const std::string& statement);
  struct Page {
    int status = 0;
    std::string body;
  };
  Page get(const std::string& path);
  nlohmann::json health();
  nlohmann::json process(const std::string& name);
  std::string control(const std::string& line);
  std::string log();
  static bool eventually(const std::function<bool()>& condition,
                         std::chrono::milliseconds within = std::chrono::seconds(5));
  bool log_says(const std::string& text);
  std::filesystem::path folder() const { return folder_; }
  static int free_port();

 private:
  std::filesystem::path folder_;
  int http_port_ = 0;
  pid_t pid_ = -1;
  std::chrono::milliseconds stop_took_{};
};

}  // namespace ringfence::supervisor
