// What is noted about a new handle for later checks: what it was created with, as C saw it.
import { ATTACHMENT_UNUSED } from '../../ffi/rows/constants.ts';
import { VkQueryType } from '../../ffi/rows/enums.ts';
import { descriptorSize } from '../marshal/descriptor-size.ts';

/** Reads the create info, and structs of its chain. */
interface CreatedWith {
  readonly info: (...names: string[]) => Record<string, unknown>;
  readonly chained: (struct: string) => Record<string, unknown> | undefined;
}

interface TemplateEntry {
  readonly descriptorCount: number;
  readonly descriptorType: number;
  readonly offset: bigint;
  readonly stride: bigint;
}

interface Attachment {
  readonly attachment: number;
}

interface Subpass {
  readonly pColorAttachments: readonly Attachment[] | null;
  readonly pDepthStencilAttachment: Attachment | null;
}

const isUsed = ({ attachment }: Attachment): boolean => attachment !== ATTACHMENT_UNUSED;

const bitsIn = (mask: number): number => mask.toString(2).replaceAll('0', '').length;

/** How many values a query returns; undefined if only the driver knows. */
function valuesOf({ info, chained }: CreatedWith): number | undefined {
  const { queryType, pipelineStatistics } = info('queryType', 'pipelineStatistics');
  switch (queryType) {
    case VkQueryType.PIPELINE_STATISTICS:
      return bitsIn(pipelineStatistics as number);
    case VkQueryType.TRANSFORM_FEEDBACK_STREAM_EXT:
      return 2;
    case VkQueryType.RESULT_STATUS_ONLY_KHR:
      return 0;
    case VkQueryType.VIDEO_ENCODE_FEEDBACK_KHR: {
      const feedback = chained('VkQueryPoolVideoEncodeFeedbackCreateInfoKHR');
      return bitsIn((feedback?.encodeFeedbackFlags as number | undefined) ?? 0);
    }
    case VkQueryType.PERFORMANCE_QUERY_KHR:
      // Each counter has a VkPerformanceCounterResultKHR of eight bytes, whatever width is requested.
      return chained('VkQueryPoolPerformanceCreateInfoKHR')?.counterIndexCount as number | undefined;
    case VkQueryType.PERFORMANCE_QUERY_INTEL:
      return undefined;
    default:
      return 1;
  }
}

/** What is noted, by handle type. */
export const handleFacts: Readonly<
  Record<string, (created: CreatedWith) => Readonly<Record<string, number>>>
> = {
  VkDescriptorUpdateTemplate({ info }) {
    const { pDescriptorUpdateEntries: entries } = info(
      'descriptorUpdateEntryCount',
      'pDescriptorUpdateEntries',
    );
    const ends = (entries as TemplateEntry[]).map(({ descriptorCount, descriptorType, offset, stride }) => {
      const size = descriptorSize(descriptorType);
      if (descriptorCount === 0 || size === undefined) return 0;
      // For bytes the count is their number, and the stride is ignored.
      const last = size === 1 ? descriptorCount - 1 : Number(stride) * (descriptorCount - 1);
      return Number(offset) + last + size;
    });
    return { dataSize: Math.max(0, ...ends) };
  },
  VkImage({ info }) {
    const { format, arrayLayers } = info('format', 'arrayLayers');
    return { format: format as number, arrayLayers: arrayLayers as number };
  },
  VkRenderPass({ info }) {
    const subpasses = info('subpassCount', 'pSubpasses').pSubpasses as readonly Subpass[];
    const facts: Record<string, number> = { subpasses: subpasses.length };
    for (const [i, { pColorAttachments, pDepthStencilAttachment: depth }] of subpasses.entries()) {
      facts[`color ${i}`] = Number((pColorAttachments ?? []).some(isUsed));
      facts[`depth ${i}`] = Number(depth !== null && isUsed(depth));
    }
    return facts;
  },
  VkQueryPool(created) {
    const isWide = created.info('queryType').queryType === VkQueryType.PERFORMANCE_QUERY_KHR;
    return { values: valuesOf(created) ?? 1, isWide: Number(isWide) };
  },
};
