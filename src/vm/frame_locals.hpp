// frame_locals.hpp: a frame's variables as a mapping, and running a function's body over a namespace of one's own.
#pragma once

#include "vm/frame.hpp"

namespace hog {

// locals() as that frame sees it: the mapping of a class or module body, a fresh dict for a function.
Fallible<Value> frame_locals_py(Thread& t, Frame* frame);
// frame.f_locals: the mapping itself, or a write-through proxy of a function's variables.
Fallible<Value> frame_object_locals_py(Thread& t, FrameObject* frame);
// Runs the code of a function that takes no arguments with these locals: class bodies, exec() with a closure.
Fallible<Value> run_function_body_py(Thread& t, Function* function, Value locals);

class FrameLocalsProxy : public Cell {
 public:
  static const Layout kLayout;
  Field<FrameObject> frame_;
};

}  // namespace hog
