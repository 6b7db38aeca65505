// What ThreadSanitizer cannot see, told to it; a build without it never calls this.
//
// libstdc++ counts the references to an exception with atomic operations inside libstdc++.so, which is not
// compiled for ThreadSanitizer: the thread that lets go of the last one then seems to race with the one that
// read it before.
extern "C" const char* __tsan_default_suppressions(); // NOLINT: the name is the sanitizer's
extern "C" const char* __tsan_default_suppressions()
{
    return "race:std::__exception_ptr::exception_ptr::_M_release\n";
}
