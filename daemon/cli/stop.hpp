#pragma once

#include <stdexcept>
#include <string>

namespace mizo::cli {

// What a script can rely on.
enum class Exit : int { done = 0, failed = 1, usage = 2, unreachable = 3 };

// Ends a command: the sentence is shown to whoever called it, and nothing more is done. Thrown anywhere in a
// command, caught in one place.
class Stop : public std::runtime_error {
public:
    Stop(Exit status, const std::string& sentence) : std::runtime_error{sentence}, status_{status} {}
    Exit status() const { return status_; }

private:
    Exit status_;
};

} // namespace mizo::cli
