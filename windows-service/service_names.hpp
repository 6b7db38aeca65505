#pragma once

// The names under which Windows knows the service.
namespace mizo::windows_service {

constexpr const wchar_t* service_name = L"MizoRelay";
constexpr const wchar_t* display_name = L"Mizo Relay";
// A virtual account: Windows makes it with the service, it has no password, and no rights of its own.
constexpr const wchar_t* account_name = L"NT SERVICE\\MizoRelay";

} // namespace mizo::windows_service
