#pragma once

#include "daemon/base/time_text.hpp"
#include "daemon/cli/command.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

// A command with a daemon whose answers are a script, and a console in memory.
namespace mizo::cli {

class ScriptedApi final : public Api {
public:
    ApiAnswer send(const ApiRequest& request) override
    {
        asked.push_back(request);
        REQUIRE_FALSE(answers.empty());
        ApiAnswer answer = answers.front();
        answers.pop_front();
        return answer;
    }

    ApiAnswer stream(const ApiRequest& request, const OnPiece& on_piece) override
    {
        ApiAnswer answer = send(request);
        if (answer.status == 0) {
            if (answer.interrupted) return answer;
            throw Stop{Exit::unreachable, "gone"};
        }
        if (is_good(answer)) on_piece(answer.body);
        return answer;
    }

    std::deque<ApiAnswer> answers;
    std::vector<ApiRequest> asked;
};

class FixedClock final : public base::Clock {
public:
    base::WallTime wall() const override { return *base::parse_time("2026-11-23T10:00:00.000Z"); }
    base::SteadyTime steady() const override { return {}; }
};

struct Rig {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    Console console{in, out, err, false, false, false, nullptr};
    FixedClock clock;
    ScriptedApi* api = nullptr;
    std::deque<ApiAnswer> answers;
    std::vector<ApiRequest> asked;
    std::vector<std::chrono::milliseconds> waits;
    std::string why; // it was stopped

    void answer(int status, std::string body) { answers.push_back({status, std::move(body)}); }

    // Runs the command with these arguments; what stops it is kept in `why`.
    Exit run(const std::string& words, const std::vector<std::string>& rest)
    {
        const auto& all = all_commands();
        const auto command =
            std::find_if(all.begin(), all.end(), [&](const Command& one) { return one.words == words; });
        REQUIRE(command != all.end());
        why.clear();
        auto scripted = std::make_unique<ScriptedApi>();
        scripted->answers = answers;
        api = scripted.get();
        try {
            Context context{parse_arguments(*command, rest), console, clock,
                            [this](std::chrono::milliseconds time) { waits.push_back(time); }};
            context.api = std::move(scripted);
            const Exit status = command->run(context);
            asked = api->asked;
            return status;
        } catch (const Stop& stop) {
            why = stop.what();
            return stop.status();
        }
    }
};

} // namespace mizo::cli
