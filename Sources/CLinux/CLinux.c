// The shim is header-only; this file gives the package manager something to compile.
#include "CLinux.h"
