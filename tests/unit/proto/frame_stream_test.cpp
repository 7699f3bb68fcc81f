#include "proto/channel/frame_stream.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cstring>
#include <optional>

#include "proto/channel/link.hpp"
#include "proto/sip_core_media_worker.pb.h"

namespace ringfence::channel::test {
namespace {

using std::chrono::milliseconds;

std::string raw_frame(std::string_view body, std::size_t fds = 0) {
  const auto header = frame_header(body.size(), fds);
  return std::string(header.begin(), header.end()) + std::string(body);
}

// One end under test, the other a plain socket.
class FrameStreamTest : public testing::Test {
 protected:
  FrameStreamTest() {
    auto ends = socket_pair();
    peer_ = std::move(ends->second);
    stream_ = std::make_unique<FrameStream>(
        loop_, std::move(ends->first),
        [this](Frame& frame) {
          bodies_.push_back(std::string(frame.body));
          for (Fd& fd : frame.fds)
            fds_.push_back(std::move(fd));
          if (on_frame_) return on_frame_(frame);
          return true;
        },
        [this](const std::string& reason) { closed_.push_back(reason); });
  }
  void send(std::string_view body, std::span<const int> fds = {},
            Departure departure = Departure::this_turn) {
    stream_->send([body](std::string& out) { out += body; }, fds, departure);
  }
  // Turns of the loop until the condition holds; fails after two seconds.
  void run_until(const std::function<bool()>& condition) {
    const TimePoint deadline = loop_.now() + std::chrono::seconds(2);
    Timer timer;
    std::function<void()> look = [&] {
      if (condition() || loop_.now() > deadline) {
        loop_.stop();
        return;
      }
      timer = loop_.after(milliseconds(1), look);
    };
    loop_.defer(look);
    loop_.run();
    EXPECT_TRUE(condition());
  }
  void run_for(milliseconds time) {
    Timer end = loop_.after(time, [this] { loop_.stop(); });
    loop_.run();
  }
  void write_to_stream(std::string_view octets) {
    ASSERT_EQ(::send(peer_.get(), octets.data(), octets.size(), 0),
              static_cast<ssize_t>(octets.size()));
  }
  std::string read_from_stream() {
    std::string all;
    char chunk[65536];
    ssize_t n = 0;
    while ((n = ::recv(peer_.get(), chunk, sizeof chunk, MSG_DONTWAIT)) > 0)
      all.append(chunk, static_cast<std::size_t>(n));
    return all;
  }

  Loop loop_;
  Fd peer_;
  std::unique_ptr<FrameStream> stream_;
  std::function<bool(Frame&)> on_frame_;
  std::vector<std::string> bodies_;
  std::vector<Fd> fds_;
  std::vector<std::string> closed_;
};

TEST_F(FrameStreamTest, a_frame_that_nobody_waits_for_leaves_with_the_next) {
  send("one", {}, Departure::with_the_next);
  loop_.defer([this] { loop_.stop(); });
  loop_.run();
  EXPECT_EQ(read_from_stream(), "");
  send("two");
  run_for(milliseconds(1));
  EXPECT_EQ(read_from_stream(), raw_frame("one") + raw_frame("two"));
}

TEST_F(FrameStreamTest, a_frame_that_nobody_waits_for_leaves_alone_when_no_other_comes) {
  send("one", {}, Departure::with_the_next);
  std::string sent;
  run_until([&] { return (sent += read_from_stream()) == raw_frame("one"); });
}

TEST_F(FrameStreamTest, frames_of_one_turn_leave_in_one_piece_before_the_loop_sleeps) {
  send("one");
  send("two");
  EXPECT_EQ(read_from_stream(), "");
  run_for(milliseconds(1));
  EXPECT_EQ(read_from_stream(), raw_frame("one") + raw_frame("two"));
  EXPECT_EQ(stream_->queued_octets(), 0u);
}

TEST_F(FrameStreamTest, delivers_frames_in_order_at_every_split) {
  const std::string all = raw_frame("alpha") + raw_frame("") + raw_frame("omega");
  for (std::size_t split = 1; split < all.size(); ++split) {
    bodies_.clear();
    write_to_stream(std::string_view(all).substr(0, split));
    run_for(milliseconds(1));
    write_to_stream(std::string_view(all).substr(split));
    run_until([&] { return bodies_.size() == 3; });
    EXPECT_EQ(bodies_, (std::vector<std::string>{"alpha", "", "omega"})) << split;
  }
  EXPECT_TRUE(closed_.empty());
}

TEST_F(FrameStreamTest, passes_descriptors_with_the_frame_that_names_them) {
  auto ends = socket_pair();
  Loop& loop = loop_;
  std::vector<std::string> seen;
  FrameStream sender(loop, std::move(ends->first), [](Frame&) { return true; }, {});
  FrameStream receiver(loop, std::move(ends->second),
                       [&](Frame& frame) {
                         std::string text(frame.body);
                         for (const Fd& fd : frame.fds)
                           text += ":" + read_whole(fd, 100).value_or("?");
                         seen.push_back(text);
                         return true;
                       },
                       {});
  const auto file = [](std::string_view content) {
    Fd fd(::memfd_create("test", MFD_CLOEXEC));
    EXPECT_EQ(::write(fd.get(), content.data(), content.size()),
              static_cast<ssize_t>(content.size()));
    return fd;
  };
  const auto say = [&](std::string_view body, std::span<const int> fds) {
    sender.send([body](std::string& out) { out += body; }, fds);
  };
  {
    const Fd a = file("A");
    const Fd b = file("B");
    const int both[] = {a.get(), b.get()};
    const int one[] = {b.get()};
    say("before", {});
    say("both", both);
    say("none", {});
    say("one", one);
    say("after", {});
    // The sender's own copies may go at once.
  }
  run_until([&] { return seen.size() == 5; });
  EXPECT_EQ(seen, (std::vector<std::string>{"before", "both:A:B", "none", "one:B", "after"}));
}

TEST_F(FrameStreamTest, passes_as_many_descriptors_as_a_frame_may_have) {
  auto ends = socket_pair();
  std::size_t count = 0;
  FrameStream sender(loop_, std::move(ends->first), [](Frame&) { return true; }, {});
  FrameStream receiver(loop_, std::move(ends->second),
                       [&](Frame& frame) {
                         count = frame.fds.size();
                         return true;
                       },
                       {});
  const Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::vector<int> many(kMaxFrameFds, null.get());
  sender.send([](std::string& out) { out += "many"; }, many);
  run_until([&] { return count > 0; });
  EXPECT_EQ(count, kMaxFrameFds);
}

TEST_F(FrameStreamTest, closes_when_a_frame_is_refused_and_delivers_nothing_after_it) {
  on_frame_ = [](Frame& frame) { return frame.body != "bad"; };
  write_to_stream(raw_frame("good") + raw_frame("bad") + raw_frame("late"));
  run_until([&] { return !closed_.empty(); });
  EXPECT_EQ(bodies_, (std::vector<std::string>{"good", "bad"}));
  EXPECT_EQ(closed_, (std::vector<std::string>{"a frame was refused"}));
  EXPECT_FALSE(stream_->is_open());
  run_for(milliseconds(5));
  EXPECT_EQ(closed_.size(), 1u);
}

TEST_F(FrameStreamTest, closes_at_a_broken_header_and_says_why_F103) {
  write_to_stream(std::string(8, '\xff'));
  run_until([&] { return !closed_.empty(); });
  EXPECT_EQ(closed_[0], "a frame is longer than the limit");
}

TEST_F(FrameStreamTest, tells_once_that_the_peer_closed_after_its_last_frames) {
  write_to_stream(raw_frame("last") + raw_frame("cut").substr(0, 9));
  peer_.reset();
  run_until([&] { return !closed_.empty(); });
  EXPECT_EQ(bodies_, (std::vector<std::string>{"last"}));
  EXPECT_EQ(closed_, (std::vector<std::string>{"the peer closed"}));
  send("into the void");
  run_for(milliseconds(5));
  EXPECT_EQ(closed_.size(), 1u);
}

TEST_F(FrameStreamTest, may_be_closed_and_destroyed_inside_its_own_handler) {
  on_frame_ = [this](Frame&) {
    stream_->close("enough");
    return true;
  };
  write_to_stream(raw_frame("one") + raw_frame("two"));
  run_until([&] { return !closed_.empty(); });
  EXPECT_EQ(bodies_.size(), 1u);
  EXPECT_EQ(closed_, (std::vector<std::string>{"enough"}));

  auto ends = socket_pair();
  std::unique_ptr<FrameStream> doomed;
  int calls = 0;
  doomed = std::make_unique<FrameStream>(
      loop_, std::move(ends->first),
      [&](Frame&) {
        ++calls;
        const auto gone = std::move(doomed);
        return true;
      },
      [&](const std::string&) { ADD_FAILURE() << "told after its end"; });
  const std::string two = raw_frame("x") + raw_frame("y");
  ASSERT_GT(::send(ends->second.get(), two.data(), two.size(), 0), 0);
  run_until([&] { return calls > 0; });
  run_for(milliseconds(5));
  EXPECT_EQ(calls, 1);
}

TEST_F(FrameStreamTest, tells_nothing_after_its_end) {
  stream_->close("first this");
  stream_.reset();
  run_for(milliseconds(5));
  EXPECT_TRUE(closed_.empty());
}

TEST_F(FrameStreamTest, passes_many_descriptors_of_one_turn) {
  auto ends = socket_pair();
  std::size_t count = 0;
  FrameStream sender(loop_, std::move(ends->first), [](Frame&) { return true; }, {});
  FrameStream receiver(loop_, std::move(ends->second),
                       [&](Frame& frame) {
                         count += frame.fds.size();
                         return true;
                       },
                       {});
  const Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::vector<int> many(kMaxFrameFds, null.get());
  for (int i = 0; i < 3; ++i)
    sender.send([](std::string& out) { out += "many"; }, many);
  run_until([&] { return count == 3 * kMaxFrameFds; });
}

TEST_F(FrameStreamTest, passes_a_descriptor_once_with_a_frame_that_takes_many_writes) {
  auto ends = socket_pair();
  std::vector<std::size_t> counts;
  std::string reason;
  FrameStream sender(loop_, std::move(ends->first), [](Frame&) { return true; }, {});
  FrameStream receiver(
      loop_, std::move(ends->second),
      [&](Frame& frame) {
        counts.push_back(frame.fds.size());
        return true;
      },
      [&](const std::string& why) { reason = why; });
  const Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int one[] = {null.get()};
  sender.send([](std::string& out) { out += std::string(1'000'000, 'x'); }, one);
  sender.send([](std::string& out) { out += "and on"; });
  run_until([&] { return counts.size() == 2 || !reason.empty(); });
  EXPECT_EQ(counts, (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(reason, "");
}

TEST_F(FrameStreamTest, a_peer_that_does_not_read_costs_bounded_memory_F107) {
  const std::string megabyte(kMaxFrameBody, 'm');
  bool drained = false;
  stream_->on_drained([&] { drained = true; });
  int sent = 0;
  while (stream_->is_open() && sent < 100) {
    send(megabyte);
    ++sent;
    if (sent == 2) {
      EXPECT_TRUE(stream_->over_high_water());
    }
    run_for(milliseconds(0));
  }
  EXPECT_LE(sent, 67);
  run_until([&] { return !closed_.empty(); });
  EXPECT_EQ(closed_[0], "the peer does not read");
  EXPECT_EQ(stream_->queued_octets(), 0u);
  EXPECT_FALSE(drained);
}

TEST_F(FrameStreamTest, tells_when_a_slow_peer_has_caught_up) {
  int drained = 0;
  stream_->on_drained([&] { ++drained; });
  for (int i = 0; i < 4; ++i)
    send(std::string(900'000, 'd'));
  run_for(milliseconds(1));
  EXPECT_TRUE(stream_->over_high_water());
  EXPECT_EQ(drained, 0);
  std::string received;
  run_until([&] {
    received += read_from_stream();
    return stream_->queued_octets() == 0;
  });
  received += read_from_stream();
  EXPECT_EQ(drained, 1);
  EXPECT_EQ(received.size(), 4u * (900'000 + kFrameHeaderSize));
}

TEST_F(FrameStreamTest, leaves_what_comes_in_the_socket_while_reading_is_paused) {
  stream_->pause_reading();
  write_to_stream(raw_frame("waits"));
  run_for(milliseconds(5));
  EXPECT_TRUE(bodies_.empty());
  stream_->resume_reading();
  run_until([&] { return bodies_.size() == 1; });
}

TEST_F(FrameStreamTest, pausing_inside_the_handler_holds_back_later_reads_only) {
  on_frame_ = [this](Frame&) {
    stream_->pause_reading();
    return true;
  };
  write_to_stream(raw_frame("one"));
  run_until([&] { return bodies_.size() == 1; });
  write_to_stream(raw_frame("two"));
  run_for(milliseconds(5));
  EXPECT_EQ(bodies_.size(), 1u);
  stream_->resume_reading();
  run_until([&] { return bodies_.size() == 2; });
}

TEST_F(FrameStreamTest, a_frame_that_is_too_long_to_send_closes_the_link) {
  send(std::string(kMaxFrameBody + 1, 'x'));
  run_until([&] { return !closed_.empty(); });
  EXPECT_EQ(closed_[0], "a frame to send is too long");
}

TEST_F(FrameStreamTest, flush_writes_the_last_words_before_an_exit) {
  send("last words");
  stream_->flush();
  EXPECT_EQ(read_from_stream(), raw_frame("last words"));
}

class LinkTest : public FrameStreamTest {};

TEST_F(LinkTest, delivers_what_decodes_and_closes_at_what_does_not_F103) {
  auto ends = socket_pair();
  std::vector<std::uint64_t> epochs;
  std::string reason;
  Link<proto::ToMediaWorker, proto::FromMediaWorker> link(
      loop_, std::move(ends->first),
      [&](proto::ToMediaWorker& message, std::vector<Fd>&) {
        epochs.push_back(message.hello().epoch());
        return true;
      },
      [&](const std::string& why) { reason = why; });
  proto::ToMediaWorker message;
  message.mutable_hello()->set_epoch(42);
  const std::string octets = raw_frame(message.SerializeAsString()) + raw_frame("\xff\xff\xff");
  ASSERT_GT(::send(ends->second.get(), octets.data(), octets.size(), 0), 0);
  run_until([&] { return !reason.empty(); });
  EXPECT_EQ(epochs, (std::vector<std::uint64_t>{42}));
  EXPECT_EQ(reason, "a frame was refused");
}

TEST_F(LinkTest, nothing_of_one_message_is_left_in_the_next) {
  auto ends = socket_pair();
  std::vector<bool> hellos;
  Link<proto::ToMediaWorker, proto::FromMediaWorker> link(
      loop_, std::move(ends->first),
      [&](proto::ToMediaWorker& message, std::vector<Fd>&) {
        hellos.push_back(message.has_hello());
        return true;
      },
      {});
  proto::ToMediaWorker message;
  message.mutable_hello()->set_epoch(42);
  const std::string octets = raw_frame(message.SerializeAsString()) + raw_frame("");
  ASSERT_GT(::send(ends->second.get(), octets.data(), octets.size(), 0), 0);
  run_until([&] { return hellos.size() == 2; });
  EXPECT_EQ(hellos, (std::vector<bool>{true, false}));
}

// F103: random octets, whole frames of them and broken ones, never more than a closed link.
TEST_F(LinkTest, random_octets_close_the_link_and_nothing_else_F103) {
  std::uint64_t state = 88172645463325252ULL;
  const auto random = [&state] {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
  };
  for (int round = 0; round < 200; ++round) {
    auto ends = socket_pair();
    std::string reason;
    Link<proto::ToMediaWorker, proto::FromMediaWorker> link(
        loop_, std::move(ends->first), [](proto::ToMediaWorker&, std::vector<Fd>&) { return true; },
        [&](const std::string& why) { reason = why; });
    std::string octets;
    for (std::uint64_t i = random() % 400; i > 0; --i)
      octets += static_cast<char>(random());
    if (round % 2 == 0) octets = raw_frame(octets);
    ASSERT_GE(::send(ends->second.get(), octets.data(), octets.size(), 0), 0);
    ends->second.reset();
    run_until([&] { return !reason.empty(); });
  }
}

}  // namespace
}  // namespace ringfence::channel::test
