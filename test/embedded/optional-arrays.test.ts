// Arrays of a command that may be left out, and those that the specification wants.
import { expect } from 'chai';
import { Fixture } from '../../scripts/fuzz/fixture.ts';

describe('arrays of which there may be none', () => {
  const fixture = new Fixture('null');
  const { VkCommandBuffer: commands, VkQueue: queue } = fixture.objects;
  const several = (call: () => unknown) => {
    for (let time = 0; time < 3; time++) call();
  };

  it('may be left out', () =>
    several(() => {
      const before = fixture.nullDriver!.calls;
      commands.cmdPipelineBarrier(1, 1, 0);
      commands.cmdPipelineBarrier(1, 1, 0, [{ srcAccessMask: 1 }]);
      queue.queueSubmit();
      expect(fixture.nullDriver!.calls).to.equal(before + 3);
    }));

  it('but not where the specification wants one', () =>
    several(() =>
      expect(() => commands.cmdExecuteCommands(undefined as never)).to.throw(
        'vkCmdExecuteCommands.pCommandBuffers: expected an array of VkCommandBuffer, got undefined',
      ),
    ));

  it('and an enumerator that is not there is no argument left out', () =>
    several(() => {
      expect(() => commands.cmdPipelineBarrier(undefined as never, 1, 0)).to.throw(
        'vkCmdPipelineBarrier.srcStageMask: expected VkPipelineStageFlags',
      );
      commands.cmdPipelineBarrier(null, 1, 0);
    }));
});
