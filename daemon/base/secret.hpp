#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace mizo::base {

// Text that must not be seen: it cannot be printed, formatted or copied by accident, and its memory is
// cleared when it goes. `reveal` is the one way to it, and easy to find in a review.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_{std::move(text)} {}
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    Secret(Secret&& other) noexcept : text_{other.text_} { other.clear(); }
    Secret& operator=(Secret&& other) noexcept
    {
        if (this == &other) return *this;
        clear();
        text_ = other.text_;
        other.clear();
        return *this;
    }
    ~Secret() { clear(); }

    std::string_view reveal() const { return text_; }
    bool empty() const { return text_.empty(); }
    Secret copy() const { return Secret{text_}; }

private:
    void clear() noexcept
    {
        // Through a volatile pointer, so that the compiler may not leave out a write nobody reads.
        volatile char* bytes = text_.data();
        for (std::size_t i = 0; i < text_.size(); ++i) bytes[i] = '\0';
        text_.clear();
    }

    std::string text_;
};

} // namespace mizo::base
