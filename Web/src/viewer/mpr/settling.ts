// SPDX-License-Identifier: Apache-2.0

/** After this the page looks again whether the graphics have done a part. */
const LOOK_MS = 4;

/**
 * Draws a picture beside the screen, a part when the one before is done, so that a hand that moves again is not kept
 * waiting; then it is shown at once.
 */
export class Settling {
  private readonly frame: WebGLFramebuffer | null;
  private texture: WebGLTexture | null = null;
  private size = "";
  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.frame = gl.createFramebuffer();
  }

  begin(width: number, height: number, clear: () => void, parts: readonly (() => void)[], settled: () => void): void {
    this.cancel();
    this.turn += 1;
    this.resize(width, height);
    this.into(clear);
    this.next(this.turn, parts, 0, () => {
      this.show(width, height);
      settled();
    });
  }

  cancel(): void {
    this.turn += 1;
    clearTimeout(this.timer);
  }

  private next(turn: number, parts: readonly (() => void)[], at: number, done: () => void): void {
    const { gl } = this;
    if (turn !== this.turn || gl.isContextLost()) return;
    if (at === parts.length) {
      done();
      return;
    }
    this.into(parts[at]);
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    const look = (): void => {
      if (turn !== this.turn) return;
      if (fence && !gl.isContextLost() && gl.getSyncParameter(fence, gl.SYNC_STATUS) !== gl.SIGNALED) {
        this.timer = setTimeout(look, LOOK_MS);
        return;
      }
      gl.deleteSync(fence);
      this.next(turn, parts, at + 1, done);
    };
    this.timer = setTimeout(look, 0);
  }

  private into(draw: () => void): void {
    const { gl } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    draw();
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  private show(width: number, height: number): void {
    const { gl } = this;
    gl.disable(gl.SCISSOR_TEST);
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, this.frame);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
    gl.blitFramebuffer(0, 0, width, height, 0, 0, width, height, gl.COLOR_BUFFER_BIT, gl.NEAREST);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  private resize(width: number, height: number): void {
    const size = `${width} ${height}`;
    if (size === this.size) return;
    const { gl } = this;
    gl.deleteTexture(this.texture);
    this.texture = gl.createTexture();
    this.size = size;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, width, height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.texture, 0);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }
}
