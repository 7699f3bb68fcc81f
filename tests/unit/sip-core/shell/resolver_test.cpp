#include "sip-core/shell/resolver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

std::optional<NameResolved> resolve(const std::string& host,
                                    RecordType type = RecordType::address) {
  Loop loop;
  std::optional<NameResolved> answer;
  auto resolver = Resolver::make(loop, {}, [&](NameResolved resolved) {
    answer = std::move(resolved);
    loop.stop();
  });
  EXPECT_TRUE(resolver);
  (*resolver)->resolve(QueryId(7), type, host);
  EXPECT_FALSE(answer);  // never from inside the call
  const Timer limit = loop.after(15s, [&] { loop.stop(); });
  loop.run();
  return answer;
}

std::vector<IpAddress> addresses_in(const NameResolved& answer) {
  return std::get<std::vector<IpAddress>>(answer.result->records);
}

TEST(Resolver, AnswersANumericHostAtOnce) {
  const auto answer = resolve("2001:db8::1");
  ASSERT_TRUE(answer && answer->result);
  EXPECT_EQ(answer->query, QueryId(7));
  EXPECT_THAT(addresses_in(*answer), testing::ElementsAre(*IpAddress::parse("2001:db8::1")));
}

// RFC 6761 §6.3: also where no hosts file says so.
TEST(Resolver, KnowsLocalhostWithoutANameServer) {
  for (const char* name : {"localhost", "LocalHost.", "carrier.localhost"}) {
    const auto answer = resolve(name);
    ASSERT_TRUE(answer && answer->result) << name;
    EXPECT_EQ(addresses_in(*answer).front(), *IpAddress::parse("127.0.0.1")) << name;
  }
  const auto other = resolve("notlocalhost");
  EXPECT_FALSE(other && other->result);
}

TEST(Resolver, KnowsThatNamesOfTheLoopbackHaveNoServiceRecords) {
  for (const char* name : {"_sip._udp.localhost", "carrier.localhost"}) {
    const auto answer = resolve(name, RecordType::srv);
    ASSERT_TRUE(answer && !answer->result) << name;
    EXPECT_EQ(answer->result.error().fault, DnsFault::absent) << name;
  }
}

// RFC 6761 §6.4: no resolver may find it. F116: a failure is an answer like any other.
TEST(Resolver, AnswersAlsoWhenThereIsNoSuchName) {
  const auto answer = resolve("no-such-host.invalid");
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->result);
}

TEST(Resolver, MayGoWithQuestionsOpen) {
  Loop loop;
  auto resolver = Resolver::make(loop, {}, [](NameResolved) { ADD_FAILURE(); });
  ASSERT_TRUE(resolver);
  (*resolver)->resolve(QueryId(1), RecordType::srv, "no-such-host.invalid");
  (*resolver)->resolve(QueryId(2), RecordType::address, "192.0.2.1");
  resolver->reset();
}

}  // namespace
}  // namespace ringfence::sip_core
