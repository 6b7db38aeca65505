#pragma once

// The one way to <windows.h>: other headers of Windows need it before them, which the order of includes by
// name would not give.
#include <windows.h>
