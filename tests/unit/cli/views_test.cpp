#include "daemon/base/time_text.hpp"
#include "daemon/cli/api.hpp"
#include "daemon/cli/views.hpp"
#include "tests/support/system.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <ctime>

namespace {

using namespace mizo;
using namespace mizo::cli;

const base::WallTime now = *base::parse_time("2026-11-23T10:00:00.000Z");

struct Utc {
    Utc() { tests::set_time_zone_utc(); }
};

const char* const failing_status = R"({
  "version": "1.0.0", "now": "2026-11-23T10:00:00.000Z", "started_at": "2026-11-23T07:00:00.000Z",
  "strip": [
    {"stage":"halopsa","ok":true,"since":null,"last_success":"2026-11-23T09:57:00.000Z",
     "text":"Working","advice":null},
    {"stage":"receive","ok":true,"last_success":"2026-11-23T09:57:00.000Z",
     "text":"Working","advice":null},
    {"stage":"verify","ok":true,"last_success":"2026-11-23T09:57:00.000Z",
     "text":"Working","advice":null},
    {"stage":"store","ok":null,"last_success":null,"text":"Nothing yet","advice":null},
    {"stage":"link","ok":false,"since":"2026-11-23T09:00:00.000Z","last_success":"2026-11-23T09:00:00.000Z",
     "text":"No connection to Mizo","advice":{"text":"Allow outbound TCP 443"}},
    {"stage":"mizo","ok":false,"since":"2026-11-23T09:00:00.000Z","last_success":null,
     "text":"Behind","advice":{"text":"Allow outbound TCP 443"}}],
  "queue": {"queued":12,"in_flight":0,"oldest_ms":180000,"dead":1,"bytes":1258291,"max_bytes":10737418240},
  "link": {"state":"backing_off","since":"2026-11-23T09:00:00.000Z","last_ack":"2026-11-23T08:59:00.000Z",
           "last_error":{"text":"No answer"},"next_attempt_at":"2026-11-23T10:00:30.000Z"},
  "ledger": {"halo":null,"received":120,"stored":120,"acked":108,"unscoped":0},
  "certificates": [{"thumbprint":"AB12","state":"active","not_after":"2027-11-23T10:00:00.000Z",
                    "last_used":"2026-11-23T09:57:00.000Z","due":false}],
  "alerts": [{"severity":"error","since":"2026-11-23T09:05:00.000Z","text":"No connection for 55 min",
              "advice":{"text":"Run link test"}}],
  "disk": {"free":10737418240,"total":21474836480}})";

} // namespace

TEST_CASE("status shows the six stages, what to do once for each cause, and every count", "[cli]")
{
    const Utc utc;
    CHECK(status_view(parse_object(failing_status)) ==
          "Mizo Relay 1.0.0, running for 3 h\n"
          "\n"
          "STAGE    STATE   LAST SUCCESS  WHAT\n"
          "HaloPSA  ok      3 min ago     Working\n"
          "Receive  ok      3 min ago     Working\n"
          "Verify   ok      3 min ago     Working\n"
          "Store    -       -             Nothing yet\n"
          "Link     FAILED  1 h ago       No connection to Mizo (since 2026-11-23 09:00:00)\n"
          "Mizo     FAILED  -             Behind (since 2026-11-23 09:00:00)\n"
          "\n"
          "What to do\n"
          "  Link  Allow outbound TCP 443\n"
          "\n"
          "Queue      12 events waiting, the oldest for 3 min, 0 in flight, 1 dead letter; 1.2 MiB of 10.0 "
          "GiB\n"
          "Link       backing off since 2026-11-23 09:00:00 (1 h ago), last acknowledgement 1 h ago; No "
          "answer; "
          "next try in 1 min\n"
          "Last 24 h  120 received, 120 stored, 108 acknowledged by Mizo\n"
          "Disk       10.0 GiB free of 20.0 GiB\n"
          "\n"
          "Certificates\n"
          "  AB12  active  ends in 365 d  last used 3 min ago\n"
          "\n"
          "Alerts\n"
          "  error: No connection for 55 min (since 2026-11-23 09:05:00 (55 min ago))\n"
          "    Run link test\n");
}

TEST_CASE("an answer of another version, with members missing, is shown all the same", "[cli]")
{
    CHECK_NOTHROW(status_view({}));
    CHECK_NOTHROW(certificates_view(parse_object(R"({"items":[{},null,7]})"), now));
    CHECK_NOTHROW(deliveries_view(parse_object(R"({"items":[{"events":"many"}]})"), now));
    CHECK_NOTHROW(delivery_view({}, now));
    CHECK_NOTHROW(link_view({}, now));
    CHECK_NOTHROW(link_test_view({}));
    CHECK_NOTHROW(learn_view({}));
    CHECK_NOTHROW(replays_view({}, now));
    CHECK_NOTHROW(diagnostics_view({}));
}

TEST_CASE("a rejected delivery shows why, each certificate that was tried, and the hints", "[cli]")
{
    const Utc utc;
    const auto delivery = parse_object(R"({
      "id":"d1","received_at":"2026-11-23T09:59:00.000Z","remote":"192.0.2.7","outcome":"rejected",
      "status":401,
      "duration_ms":1.6,"method":"POST","path":"/webhooks/halopsa/***",
      "body":{"size":512,"sha256":"ab","available":false},
      "verification":{"text":"No accepted certificate made this signature",
      "tried":[
        {"thumbprint":"AB12","state":"active","matched":false}],
      "hints":[{"text":"It verifies without the BOM"}]},
      "event_list":[],"timeline":[{"at":"2026-11-23T09:59:00.002Z","stage":"rejected","text":"Refused"}],
      "headers":[{"name":"X-Signature","value":"a\u001bb"}]})");
    CHECK(delivery_view(delivery, now) == "Delivery  d1\n"
                                          "Received  2026-11-23 09:59:00 (1 min ago) from 192.0.2.7\n"
                                          "Outcome   rejected, answered 401 after 2 ms\n"
                                          "Request   POST /webhooks/halopsa/***\n"
                                          "Body      512 B, no longer kept, SHA-256 ab\n"
                                          "\n"
                                          "Verification: No accepted certificate made this signature\n"
                                          "  tried AB12 (active): it does not fit\n"
                                          "  hint: It verifies without the BOM\n"
                                          "\n"
                                          "Timeline\n"
                                          "  +2 ms  rejected  Refused\n"
                                          "\n"
                                          "Headers\n"
                                          "  X-Signature: a?b\n");
}

TEST_CASE("settings are shown with origin and lock, secrets never, units where there are some", "[cli]")
{
    const auto settings = parse_object(R"({
      "webhook.max_body":{"value":4194304,"origin":"default","locked":false,"unit":"bytes"},
      "webhook.hmac_secret":{"value":{"set":true,"last4":"wxyz"},"origin":"file","locked":true,"secret":true},
      "webhook.proxies":{"value":["a","b"],"origin":"database","locked":false},
      "webhook.prefix":{"value":null,"origin":"default","locked":false},
      "log.level":{"value":"info","origin":"default"}})");
    CHECK(settings_view(settings, "webhook", true) ==
          "SETTING              ORIGIN        VALUE\n"
          "webhook.max_body     default       4194304 (4.0 MiB)\n"
          "webhook.hmac_secret  file, locked  (set, ends in wxyz)\n"
          "webhook.proxies      database      a, b\n"
          "webhook.prefix       default       -\n");
    CHECK(settings_view(settings, "log.level", false) == "SETTING    VALUE\n"
                                                         "log.level  info\n");
}

TEST_CASE("a page that is not the last says how to go on", "[cli]")
{
    const auto list = parse_object(R"({"items":[{}],"next_cursor":"abc"})");
    CHECK(deliveries_view(list, now).find("--cursor abc") != std::string::npos);
}
