# Language level, warnings, hardening and the options of a build. Flags live on two INTERFACE
# targets: ringfence_flags (always) and ringfence_sanitizers (only what a preset asks for).

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
endif()
# Smaller beats cleverer here: at a few hundred calls a second every message finds cold caches.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

option(RINGFENCE_TESTS "Build the tests" ON)
option(RINGFENCE_FUZZ "Build the libFuzzer targets (needs clang)" OFF)
set(RINGFENCE_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")
set(RINGFENCE_DEPS "${CMAKE_SOURCE_DIR}/build/deps" CACHE PATH
    "Where deploy/install.sh put the libraries that Debian does not build our way")

find_program(RINGFENCE_CCACHE ccache)
if(RINGFENCE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${RINGFENCE_CCACHE}")
endif()

add_library(ringfence_flags INTERFACE)
target_compile_options(ringfence_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Werror
  -fstack-protector-strong -fPIE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these, wrongly, in the standard library's own headers once they are inlined.
  target_compile_options(ringfence_flags INTERFACE
    -Wno-restrict -Wno-error=maybe-uninitialized -Wno-error=stringop-overflow
    -Wno-error=array-bounds -Wno-error=stringop-overread -Wno-error=dangling-pointer)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT RINGFENCE_SANITIZE)
  target_compile_definitions(ringfence_flags INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
endif()
target_include_directories(ringfence_flags INTERFACE "${CMAKE_SOURCE_DIR}")

find_program(RINGFENCE_MOLD mold)
if(RINGFENCE_MOLD)
  target_link_options(ringfence_flags INTERFACE -fuse-ld=mold)
endif()
target_link_options(ringfence_flags INTERFACE -pie -Wl,-z,relro,-z,now -Wl,--as-needed)

add_library(ringfence_sanitizers INTERFACE)
if(RINGFENCE_FUZZ)
  # The code under test tells the fuzzer where it has been; without that it guesses blindly.
  target_compile_options(ringfence_sanitizers INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(RINGFENCE_SANITIZE)
  target_compile_options(ringfence_sanitizers INTERFACE
    -fsanitize=${RINGFENCE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
  target_link_options(ringfence_sanitizers INTERFACE -fsanitize=${RINGFENCE_SANITIZE})
  # Sanitizer run times make system calls that no profile lists: --confine off in such builds.
  target_compile_definitions(ringfence_sanitizers INTERFACE RINGFENCE_SANITIZED=1)
endif()
