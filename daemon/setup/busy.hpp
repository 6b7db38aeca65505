#pragma once

namespace mizo::setup {

// Holds a flag up while it lives: one mending, or one run, at a time.
class Busy {
public:
    explicit Busy(bool& flag) : flag_{flag} { flag_ = true; }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;
    ~Busy() { flag_ = false; }

private:
    bool& flag_;
};

} // namespace mizo::setup
