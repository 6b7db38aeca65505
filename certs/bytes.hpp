#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

namespace mizo::certs {

using Bytes = std::vector<std::uint8_t>;

// Bytes that somebody else keeps alive. Takes text, vectors, arrays and spans alike, so that callers need no
// casts. A string literal counts without its final zero.
class ByteView {
public:
    ByteView() = default;
    ByteView(std::string_view text)
        : data_{reinterpret_cast<const std::uint8_t*>(text.data())}, size_{text.size()}
    {}

    template <class Range>
    requires requires(const Range& range)
    {
        {
            std::data(range)
            } -> std::convertible_to<const std::uint8_t*>;
    }
    ByteView(const Range& range) : data_{std::data(range)}, size_{std::size(range)} {}

    template <class Text>
    requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, std::string_view>)
        ByteView(const Text& text)
        : ByteView{static_cast<std::string_view>(text)}
    {}

    const std::uint8_t* data() const { return data_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const std::uint8_t* begin() const { return data_; }
    const std::uint8_t* end() const { return data_ + size_; }
    std::uint8_t operator[](std::size_t at) const { return data_[at]; }
    ByteView subview(std::size_t from, std::size_t count) const
    {
        return ByteView{std::span{data_ + from, count}};
    }
    std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }
    Bytes copy() const { return Bytes(begin(), end()); }

private:
    const std::uint8_t* data_{nullptr};
    std::size_t size_{0};
};

} // namespace mizo::certs
