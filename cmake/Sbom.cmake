# An SPDX 2.3 bill of materials of what the programs link, beside them in the build folder.

find_package(Python3 COMPONENTS Interpreter)
set(RINGFENCE_SBOM "${CMAKE_BINARY_DIR}/ringfence.spdx.json")
if(Python3_FOUND)
  add_custom_command(
    OUTPUT "${RINGFENCE_SBOM}"
    COMMAND Python3::Interpreter "${CMAKE_SOURCE_DIR}/deploy/sbom.py"
            --version "${PROJECT_VERSION}" --deps "${RINGFENCE_DEPS}" --output "${RINGFENCE_SBOM}"
    DEPENDS "${CMAKE_SOURCE_DIR}/deploy/sbom.py" "${CMAKE_SOURCE_DIR}/deploy/packages-build.txt"
    VERBATIM)
  add_custom_target(sbom ALL DEPENDS "${RINGFENCE_SBOM}")
else()
  message(WARNING "no python3: the SPDX bill of materials is not written")
endif()
