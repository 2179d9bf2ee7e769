// What sort.c computes, with steps that are started and end later: each on a thread of the library's own, as it might
// be on a device.
//
//     cc -O2 -shared -fPIC -I src docs/examples/sort_threads.c -o sort_threads.so -pthread
//     overlap run --compute sort_threads.so --size 100k
#include <errno.h>
#include <pthread.h>

#include "sort.c"

struct job {
  struct overlap_step* step;
  overlap_done* done;
};

static void* sort_and_tell(void* argument) {
  struct job job = *(struct job*)argument;
  free(argument);
  job.done(job.step, overlap_compute(job.step));
  return NULL;
}

int overlap_start(struct overlap_step* step, overlap_done* done) {
  struct job* job = malloc(sizeof *job);
  if (job == NULL) return ENOMEM;
  *job = (struct job){step, done};
  pthread_t thread;
  int status = pthread_create(&thread, NULL, sort_and_tell, job);
  if (status != 0) {
    free(job);
    step->error = "no thread could be made";
    return status;
  }
  return pthread_detach(thread);
}
