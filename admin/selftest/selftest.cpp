#include "admin/selftest/selftest.hpp"

#include <fmt/format.h>

#include <array>
#include <csignal>

#include "admin/selftest/call_place.hpp"
#include "admin/selftest/selftest_phone.hpp"
#include "admin/selftest/test_extensions.hpp"
#include "admin/selftest/waiter.hpp"

namespace ringfence::admin {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kHertzA = 440.0;
constexpr double kHertzB = 620.0;
constexpr milliseconds kRegisterAgain{250};
// A machine that is busy with other things sends late, and what it sent is late as well.
constexpr milliseconds kStragglers{2000};
constexpr seconds kExpires{60};

StepOutcome passed(std::string detail) {
  return {Verdict::passed, std::move(detail)};
}
StepOutcome failed(std::string detail) {
  return {Verdict::failed, std::move(detail)};
}

// One run. The steps are members in the order of the call; each gives what it saw.
class Run {
 public:
  Run(const Database& database, CallPlace place, const SelftestOptions& options, Random& random,
      SelftestReport& report)
      : options_(options),
        random_(random),
        report_(report),
        place_(std::move(place)),
        waiter_(loop_),
        extensions_(database, place_.tenant, place_.domain) {}

  void run();

 private:
  using Step = StepOutcome (Run::*)();

  void step(std::string name, Step body);
  StepOutcome add_extensions();
  StepOutcome connect();
  StepOutcome register_a() { return register_phone(*a_); }
  StepOutcome register_b() { return register_phone(*b_); }
  StepOutcome register_phone(SelftestPhone& phone);
  StepOutcome set_up_call();
  StepOutcome talk();
  static bool all_arrived(SelftestPhone& sender, SelftestPhone& receiver);
  StepOutcome hear_a() { return hear(*a_, *b_, kHertzA); }
  StepOutcome hear_b() { return hear(*b_, *a_, kHertzB); }
  StepOutcome hear(SelftestPhone& sender, SelftestPhone& receiver, double hertz);
  StepOutcome hang_up();
  StepOutcome unregister();
  StepOutcome remove_extensions();
  void abandon_call();
  void clean_up();

  std::unique_ptr<SelftestPhone> make_phone(PhoneAccount account, const Tones& tones);
  // Waits; the outcome is a failure with its reason, or nothing.
  std::optional<StepOutcome> await(const std::function<bool()>& condition, Duration limit,
                                   std::string_view what, OnSignal on_signal = OnSignal::give_up);
  std::optional<std::string> trouble() const;

  const SelftestOptions& options_;
  Random& random_;
  SelftestReport& report_;
  CallPlace place_;
  Loop loop_;
  Waiter waiter_;
  TestExtensions extensions_;
  std::optional<TlsTrust> trust_;
  std::unique_ptr<SelftestPhone> a_;
  std::unique_ptr<SelftestPhone> b_;
  bool broken_ = false;  // a step has failed: the rest is skipped
};

void Run::step(std::string name, Step body) {
  StepReport entry{std::move(name), {}, {Verdict::skipped, ""}};
  if (!broken_) {
    const TimePoint begin = loop_.now();
    entry.outcome = (this->*body)();
    entry.took = loop_.now() - begin;
    broken_ = entry.outcome.verdict == Verdict::failed;
  }
  report_.steps.push_back(std::move(entry));
}

void Run::run() {
  step("add extensions", &Run::add_extensions);
  step("TLS handshake", &Run::connect);
  step("register A", &Run::register_a);
  step("register B", &Run::register_b);
  step("call A to B", &Run::set_up_call);
  step("talk", &Run::talk);
  // Both directions are judged, even where the first is bad already.
  const bool talked = !broken_;
  step("media A to B", &Run::hear_a);
  broken_ = !talked;
  step("media B to A", &Run::hear_b);
  broken_ = !talked;
  step("BYE", &Run::hang_up);
  step("unregister", &Run::unregister);
  clean_up();
}

// Whatever has happened: no call, no binding and no extension stays behind.
void Run::clean_up() {
  abandon_call();
  if (broken_) unregister();
  broken_ = false;
  step("remove extensions", &Run::remove_extensions);
}

void Run::abandon_call() {
  if (!broken_ || !a_) return;
  a_->hang_up();
  waiter_.until([this] { return a_->seen().call_ended || !a_->seen().answered; },
                options_.limits.clean_up, OnSignal::go_on);
}

std::optional<std::string> Run::trouble() const {
  for (const SelftestPhone* phone : {a_.get(), b_.get()}) {
    if (phone == nullptr || !phone->seen().broken) continue;
    return fmt::format("phone {}: {}", phone == a_.get() ? "A" : "B", *phone->seen().broken);
  }
  return std::nullopt;
}

std::optional<StepOutcome> Run::await(const std::function<bool()>& condition, Duration limit,
                                      std::string_view what, OnSignal on_signal) {
  const Waited waited = waiter_.until([&] { return condition() || trouble(); }, limit, on_signal);
  if (waited == Waited::interrupted) return failed("interrupted");
  if (const auto wrong = trouble()) return failed(*wrong);
  if (waited == Waited::reached) return std::nullopt;
  return failed(fmt::format("expected {} within {:.0f} s, and nothing came", what,
                            std::chrono::duration<double>(limit).count()));
}

StepOutcome Run::add_extensions() {
  const auto leftovers = extensions_.add(random_);
  if (!leftovers) return failed(leftovers.error().message);
  const auto& accounts = extensions_.accounts();
  std::string detail =
      fmt::format("A is {}, B is {}, SRTP required", accounts[0].username, accounts[1].username);
  if (*leftovers > 0) detail += fmt::format("; {} of dead runs removed", *leftovers);
  return passed(std::move(detail));
}

std::unique_ptr<SelftestPhone> Run::make_phone(PhoneAccount account, const Tones& tones) {
  account.scheme = options_.scheme;
  return std::make_unique<SelftestPhone>(loop_, random_, account, tones,
                                         [this] { waiter_.wake(); });
}

StepOutcome Run::connect() {
  auto trust = TlsTrust::load(options_.ca_file);
  if (!trust) return failed(trust.error().message);
  trust_ = std::move(*trust);
  a_ = make_phone(extensions_.accounts()[0], {kHertzA, kHertzB});
  b_ = make_phone(extensions_.accounts()[1], {kHertzB, kHertzA});
  for (SelftestPhone* phone : {a_.get(), b_.get()}) {
    if (const auto begun = phone->connect(*trust_, place_.listener); !begun) {
      return failed(begun.error().message);
    }
  }
  if (auto wrong = await([this] { return a_->seen().connected && b_->seen().connected; },
                         options_.limits.connect, "the end of the handshake")) {
    const bool untrusted = wrong->detail.find("certificate is refused") != std::string::npos;
    if (untrusted) wrong->detail += " (trust its CA with --ca FILE or RINGFENCE_CA)";
    wrong->detail += fmt::format("; {} at {}", place_.domain, place_.listener.to_string());
    return *wrong;
  }
  return passed(fmt::format("{}, {}, certificate valid for {}", a_->connection().version(),
                            a_->connection().cipher(), place_.domain));
}

// A new extension is in force within two seconds; until then it is one that nobody knows.
StepOutcome Run::register_phone(SelftestPhone& phone) {
  const TimePoint give_up = loop_.now() + options_.limits.in_force;
  for (int tries = 1;; ++tries) {
    phone.register_binding(kExpires);
    const auto answered = [&] { return phone.seen().registered || phone.seen().register_refused; };
    if (const auto wrong = await(answered, options_.limits.in_force, "an answer to REGISTER"))
      return *wrong;
    if (phone.seen().registered) {
      return passed(
          fmt::format("digest SHA-256, {}",
                      tries == 1 ? "at the first try" : fmt::format("in force at try {}", tries)));
    }
    const Refusal refusal = *phone.seen().register_refused;
    const bool unknown_yet =
        refusal.status == 401 || refusal.status == 403 || refusal.status == 404;
    if (!unknown_yet || loop_.now() + kRegisterAgain > give_up) {
      return failed("expected 200 to REGISTER, got " + refusal.to_string());
    }
    if (waiter_.until([] { return false; }, kRegisterAgain) == Waited::interrupted) {
      return failed("interrupted");
    }
  }
}

StepOutcome Run::set_up_call() {
  const TimePoint begin = loop_.now();
  if (const auto called = a_->call(b_->account().username); !called) {
    return failed(called.error().message);
  }
  if (const auto wrong = await([this] { return a_->seen().answered || a_->seen().call_refused; },
                               options_.limits.answer,
                               a_->seen().ringing ? "200 to INVITE" : "180 and 200 to INVITE")) {
    return *wrong;
  }
  if (a_->seen().call_refused) {
    return failed("expected 200 to INVITE, got " + a_->seen().call_refused->to_string());
  }
  if (const auto wrong = await([this] { return b_->seen().acknowledged; }, options_.limits.answer,
                               "the ACK at phone B")) {
    return *wrong;
  }
  const auto ms = [&](TimePoint at) {
    return std::chrono::duration<double, std::milli>(at - begin).count();
  };
  const std::string_view scheme = options_.scheme == PhoneScheme::sips ? "sips" : "sip";
  const std::string ringing =
      a_->seen().ringing_at ? fmt::format("180 after {:.1f} ms, ", ms(*a_->seen().ringing_at)) : "";
  return passed(
      fmt::format("{}: URIs, {}200 after {:.1f} ms, RTP/SAVP AES_CM_128_HMAC_SHA1_80 on both legs",
                  scheme, ringing, ms(*a_->seen().answered_at)));
}

bool Run::all_arrived(SelftestPhone& sender, SelftestPhone& receiver) {
  const MediaMeasurement sent = sender.media().measurement();
  const MediaMeasurement seen = receiver.media().measurement();
  return seen.received >= sent.sent && seen.reports_received >= sent.reports_sent;
}

StepOutcome Run::talk() {
  a_->media().start(options_.media);
  b_->media().start(options_.media);
  const auto silent = [this] { return !a_->media().is_sending() && !b_->media().is_sending(); };
  const auto over = [&] {
    if (a_->seen().hung_up || b_->seen().hung_up) return true;
    return silent() && all_arrived(*a_, *b_) && all_arrived(*b_, *a_);
  };
  await(over, options_.media + kStragglers, "");
  if (a_->seen().hung_up || b_->seen().hung_up) return failed("the box hung up");
  if (waiter_.interrupted()) return failed("interrupted");
  if (const auto trouble_seen = trouble()) return failed(*trouble_seen);
  if (!silent()) return failed("this machine is too slow to send a packet every 20 ms");
  return passed(fmt::format("PCMA both ways for {} s, A {:.0f} Hz, B {:.0f} Hz",
                            options_.media.count(), kHertzA, kHertzB));
}

StepOutcome Run::hear(SelftestPhone& sender, SelftestPhone& receiver, double hertz) {
  return judge_media(sender.media().measurement(), receiver.media().measurement(), hertz);
}

StepOutcome Run::hang_up() {
  a_->hang_up();
  const auto over = [this] { return a_->seen().call_ended && b_->seen().hung_up; };
  if (auto wrong = await([&] { return over() || a_->seen().call_refused; }, options_.limits.bye,
                         "200 to BYE at A and BYE at B")) {
    wrong->detail +=
        fmt::format(" (A has its 200: {}; B has its BYE: {})", a_->seen().call_ended ? "yes" : "no",
                    b_->seen().hung_up ? "yes" : "no");
    return *wrong;
  }
  if (!over()) return failed("expected 200 to BYE, got " + a_->seen().call_refused->to_string());
  return passed("A hung up, B was told");
}

StepOutcome Run::unregister() {
  const auto each = {a_.get(), b_.get()};
  for (SelftestPhone* phone : each) {
    if (phone != nullptr && phone->seen().registered) phone->register_binding(seconds(0));
  }
  const auto answered = [&] {
    for (const SelftestPhone* phone : each) {
      if (phone != nullptr && phone->seen().registered && !phone->seen().register_refused) {
        return false;
      }
    }
    return true;
  };
  if (const auto wrong =
          await(answered, options_.limits.clean_up, "200 to the last REGISTER", OnSignal::go_on)) {
    return *wrong;
  }
  for (const SelftestPhone* phone : each) {
    if (phone != nullptr && phone->seen().register_refused) {
      return failed("expected 200 to REGISTER with Expires 0, got " +
                    phone->seen().register_refused->to_string());
    }
  }
  return passed("both");
}

StepOutcome Run::remove_extensions() {
  const auto removed = extensions_.remove();
  return removed ? passed("both") : failed(removed.error().message);
}

}  // namespace

SelftestReport run_selftest(const std::string& database_path, const SelftestOptions& options,
                            Random& random) {
  // A connection that breaks while we write is told to us by the write.
  std::signal(SIGPIPE, SIG_IGN);
  SelftestReport report;
  const TimePoint begin = std::chrono::steady_clock::now();
  const auto finish = [&]() -> SelftestReport& {
    report.took = std::chrono::steady_clock::now() - begin;
    return report;
  };
  const auto add = [&](const char* name, StepOutcome outcome) {
    report.steps.push_back({name, std::chrono::steady_clock::now() - begin, std::move(outcome)});
  };
  const auto database = Database::open(database_path);
  if (!database) {
    add("database", failed(database.error().message));
    return finish();
  }
  const auto place = find_call_place(*database, options.tenant);
  if (!place) {
    add("database", failed(place.error().message));
    return finish();
  }
  const auto library = SrtpLibrary::start();
  if (!library) {
    add("database", failed(library.error().message));
    return finish();
  }
  add("database", passed(fmt::format("tenant {} ({}), TLS at {}", place->tenant, place->domain,
                                     place->listener.to_string())));
  Run(*database, *place, options, random, report).run();
  return finish();
}

}  // namespace ringfence::admin
