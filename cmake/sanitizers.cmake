if(MIZO_SANITIZERS)
    add_compile_options(-fsanitize=${MIZO_SANITIZERS} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${MIZO_SANITIZERS})
endif()
