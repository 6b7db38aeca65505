# mizo_embed(TARGET NAMESPACE_NAME DIRECTORY): compiles every file below DIRECTORY into TARGET as
# embedded::NAME::files(), a sorted list of {path, bytes}. The generator is a script of ours.
function(mizo_embed target name directory)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name}.cpp)
    file(GLOB_RECURSE inputs CONFIGURE_DEPENDS ${directory}/*)
    add_custom_command(
        OUTPUT ${output}
        COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/scripts/embed.py ${name} ${directory} ${output}
        DEPENDS ${inputs} ${PROJECT_SOURCE_DIR}/scripts/embed.py
        VERBATIM)
    target_sources(${target} PRIVATE ${output})
    # A file is one literal, however long; both compilers take that.
    set_source_files_properties(${output} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
endfunction()
