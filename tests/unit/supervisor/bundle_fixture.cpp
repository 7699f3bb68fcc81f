#include "bundle_fixture.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

namespace ringfence::supervisor {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string talk(const Fd& socket, const std::string& request) {
  const timeval limit{5, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL);
  std::string answer;
  char chunk[4096];
  for (ssize_t n = 1; n > 0;) {
    n = ::recv(socket.get(), chunk, sizeof chunk, 0);
    if (n > 0) answer.append(chunk, static_cast<std::size_t>(n));
  }
  return answer;
}

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

Bundle::Bundle() : http_port_(free_port()) {
  std::string pattern = (fs::temp_directory_path() / "ringfence-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  fs::create_directories(folder_ / "bin");
  fs::create_directories(folder_ / "certs");
  fs::copy_file(SUPERVISOR_PROGRAM, folder_ / "bin/ringfence-supervisor");
  fs::copy_file(STATUS_PROGRAM, folder_ / "bin/ringfence-status");
  for (const char* name : {"sip-core", "tls-front", "key-keeper", "media-worker"}) {
    fs::copy_file(FAKE_CHILD_PROGRAM, folder_ / "bin" / (std::string("ringfence-") + name));
  }
}

Bundle::~Bundle() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (HasFailure()) std::fputs(log().c_str(), stderr);
  fs::remove_all(folder_);
}

void Bundle::start(const std::vector<std::string>& more, const std::string& fault) {
  std::vector<std::string> words = {folder_ / "bin/ringfence-supervisor",
                                    "--db",
                                    folder_ / "config.db",
                                    "--state",
                                    folder_ / "state",
                                    "--certs",
                                    folder_ / "certs",
                                    "--run",
                                    folder_ / "run",
                                    "--http",
                                    "127.0.0.1:" + std::to_string(http_port_),
                                    "--user-prefix",
                                    "none",
                                    "--confine",
                                    "auto",
                                    "--media-workers",
                                    "2"};
  words.insert(words.end(), more.begin(), more.end());
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const std::string log_path = folder_ / "log";
  pid_ = ::fork();
  ASSERT_GE(pid_, 0);
  if (pid_ == 0) {
    const int log = ::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(log, STDERR_FILENO);
    ::dup2(log, STDOUT_FILENO);
    if (!fault.empty()) ::setenv("FAKE_CHILD_FAULT", fault.c_str(), 1);
    ::execv(arguments[0], arguments.data());
    ::_exit(126);
  }
}

void Bundle::start_and_wait(const std::vector<std::string>& more) {
  start(more);
  ASSERT_TRUE(eventually([&] { return get("/health").status == 200; }));
}

int Bundle::wait_for_exit() {
  int status = 0;
  const bool ended = eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; }, 6s);
  if (!ended) return -1;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int Bundle::stop() {
  const auto begin = std::chrono::steady_clock::now();
  ::kill(pid_, SIGTERM);
  const int status = wait_for_exit();
  stop_took_ = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  return status;
}

void Bundle::sql(const std::string& statement) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open((folder_ / "config.db").c_str(), &handle), SQLITE_OK);
  sqlite3_busy_timeout(handle, 5000);
  char* message = nullptr;
  const int code = sqlite3_exec(handle, statement.c_str(), nullptr, nullptr, &message);
  EXPECT_EQ(code, SQLITE_OK) << (message == nullptr ? "" : message);
  sqlite3_free(message);
  sqlite3_close(handle);
}

Bundle::Page Bundle::get(const std::string& path) {
  const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(http_port_);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return {};
  }
  const std::string answer = talk(socket, "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto body = answer.find("\r\n\r\n");
  if (body == std::string::npos) return {};
  return {std::stoi(answer.substr(9, 3)), answer.substr(body + 4)};
}

nlohmann::json Bundle::health() {
  const auto json = nlohmann::json::parse(get("/health").body, nullptr, false);
  return json.is_discarded() ? nlohmann::json::object() : json;
}

nlohmann::json Bundle::process(const std::string& name) {
  const auto page = health();
  for (const auto& process : page.value("processes", nlohmann::json::array())) {
    if (process["name"] == name) return process;
  }
  return nlohmann::json::object();
}

std::string Bundle::control(const std::string& line) {
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder_ / "run/control.sock";
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return "cannot connect";
  }
  return talk(socket, line);
}

std::string Bundle::log() {
  std::ifstream file(folder_ / "log");
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

bool Bundle::eventually(const std::function<bool()>& condition, std::chrono::milliseconds within) {
  const auto end = std::chrono::steady_clock::now() + within;
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return condition();
}

bool Bundle::log_says(const std::string& text) {
  return eventually([&] { return log().find(text) != std::string::npos; });
}

// For TCP and UDP alike.
int Bundle::free_port() {
  for (;;) {
    const Fd stream(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const Fd datagram(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    ::bind(stream.get(), reinterpret_cast<const sockaddr*>(&address), size);
    ::getsockname(stream.get(), reinterpret_cast<sockaddr*>(&address), &size);
    if (::bind(datagram.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0) {
      return ntohs(address.sin_port);
    }
  }
}

}  // namespace ringfence::supervisor
