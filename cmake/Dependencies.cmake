# Every library that the project links, found once. Why each is here: ARCHITECTURE.md.

find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Protobuf 3.21 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(SNDFILE REQUIRED IMPORTED_TARGET sndfile)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)

# For ringfencectl's selftest and the tests. Debian builds libsrtp2 on NSS, which loads modules by
# path at run time: deploy/install.sh builds the same source on OpenSSL, as a static library.
find_library(RINGFENCE_SRTP_LIBRARY NAMES libsrtp2.a PATHS "${RINGFENCE_DEPS}/lib" NO_DEFAULT_PATH)
find_path(RINGFENCE_SRTP_INCLUDE srtp2/srtp.h PATHS "${RINGFENCE_DEPS}/include" NO_DEFAULT_PATH)
if(NOT RINGFENCE_SRTP_LIBRARY OR NOT RINGFENCE_SRTP_INCLUDE)
  message(FATAL_ERROR "libsrtp2 on OpenSSL is missing in ${RINGFENCE_DEPS}: run deploy/install.sh")
endif()
add_library(srtp2_openssl STATIC IMPORTED)
set_target_properties(srtp2_openssl PROPERTIES
  IMPORTED_LOCATION "${RINGFENCE_SRTP_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${RINGFENCE_SRTP_INCLUDE}"
  INTERFACE_LINK_LIBRARIES OpenSSL::Crypto)
