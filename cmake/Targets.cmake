# The few functions that every CMakeLists.txt here is written in.

# ringfence_library(NAME SOURCES... [LINK public libraries...] [PRIVATE private libraries...])
function(ringfence_library name)
  cmake_parse_arguments(ARG "" "" "LINK;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name}
    PUBLIC ringfence_flags ringfence_sanitizers ${ARG_LINK}
    PRIVATE ${ARG_PRIVATE})
endfunction()

# ringfence_process(NAME LIBRARY): a main.cpp on top of the process's own static library.
function(ringfence_process name library)
  add_executable(${name} main.cpp)
  target_link_libraries(${name} PRIVATE ${library})
endfunction()

# ringfence_proto(NAME FILE.proto): the messages of one link, on protobuf-lite.
function(ringfence_proto name file)
  get_filename_component(stem ${file} NAME_WE)
  set(out "${CMAKE_CURRENT_BINARY_DIR}")
  add_custom_command(
    OUTPUT "${out}/${stem}.pb.cc" "${out}/${stem}.pb.h"
    COMMAND protobuf::protoc --cpp_out=lite:${out} -I "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}/${file}"
    DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${file}" VERBATIM)
  add_library(${name} STATIC "${out}/${stem}.pb.cc")
  # Generated code: our warnings do not apply to it, nor to its header.
  target_include_directories(${name} SYSTEM PUBLIC "${CMAKE_BINARY_DIR}")
  target_link_libraries(${name} PUBLIC protobuf::libprotobuf-lite ringfence_sanitizers)
endfunction()

# ringfence_test(NAME SOURCES... LINK libraries... [LABELS ...])
function(ringfence_test name)
  cmake_parse_arguments(ARG "" "" "LINK;LABELS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ringfence_flags ringfence_sanitizers ${ARG_LINK} GTest::gmock_main)
  # The code under test is optimised as the preset says; test bodies need not be, and compile faster.
  target_compile_options(${name} PRIVATE -O1)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 120 LABELS "${ARG_LABELS}")
endfunction()

# ringfence_fuzz(NAME SOURCE LINK libraries... CORPUS folder): a libFuzzer program in the fuzz
# preset; elsewhere a program that replays the corpus once, as an ordinary test.
function(ringfence_fuzz name source)
  cmake_parse_arguments(ARG "" "CORPUS" "LINK" ${ARGN})
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE ringfence_flags ringfence_sanitizers ${ARG_LINK})
  if(RINGFENCE_FUZZ)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp")
  endif()
  add_test(NAME ${name} COMMAND ${name} -runs=0 "${ARG_CORPUS}")
  set_tests_properties(${name} PROPERTIES TIMEOUT 120 LABELS fuzz)
endfunction()
