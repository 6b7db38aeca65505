// Deliveries over time as stacked bars, with the same numbers as a table for those who do not see them.
import { show, t } from '../i18n';
import type { MetricsHistory } from '../schema';

const layers = ['accepted', 'repeated', 'rejected'] as const;
const width = 720;
const height = 140;
const gap = 1.5;

interface Bar {
  at: string;
  counts: Record<(typeof layers)[number], number>;
  total: number;
}

function barsOf(history: MetricsHistory): Bar[] {
  const points = (name: string) => history.series.find(series => series.name === name)?.points ?? [];
  const columns = layers.map(points);
  return (columns[0] ?? []).map((_, index) => {
    const [accepted = 0, repeated = 0, rejected = 0] = columns.map(column => column[index] ?? 0);
    const at = new Date(Date.parse(history.from) + index * history.step_ms).toISOString();
    return { at, counts: { accepted, repeated, rejected }, total: accepted + repeated + rejected };
  });
}

function Stack({ bar, x, barWidth, scale }: { bar: Bar; x: number; barWidth: number; scale: number }) {
  const counts = layers.map(layer => `${bar.counts[layer]} ${t.value.outcomes[layer]}`);
  let top = height;
  return (
    <g>
      <title>{`${show.dateTime(bar.at)}: ${counts.join(', ')}`}</title>
      <rect class="chart-hit" x={x} y={0} width={barWidth + gap} height={height} />
      {layers.map(layer => {
        // What happened at all stays visible, be it one among thousands.
        const size = bar.counts[layer] === 0 ? 0 : Math.max(2, bar.counts[layer] * scale);
        top -= size;
        return (
          <rect
            key={layer}
            class={`bar-${layer}`}
            x={x}
            y={top}
            width={barWidth}
            height={size}
            rx={Math.min(1.5, barWidth / 3)}
          />
        );
      })}
    </g>
  );
}

function Table({ bars }: { bars: Bar[] }) {
  return (
    <details class="chart-table">
      <summary>{t.value.overview.chartTable}</summary>
      <div class="table-scroll">
        <table>
          <thead>
            <tr>
              <th>{t.value.overview.time}</th>
              {layers.map(layer => (
                <th key={layer} class="number">
                  {t.value.outcomes[layer]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {bars
              .filter(bar => bar.total > 0)
              .map(bar => (
                <tr key={bar.at}>
                  <td>{show.dateTime(bar.at)}</td>
                  {layers.map(layer => (
                    <td key={layer} class="number">
                      {show.number(bar.counts[layer])}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

export function TrafficChart({ history }: { history: MetricsHistory }) {
  const bars = barsOf(history);
  const most = Math.max(1, ...bars.map(bar => bar.total));
  if (bars.every(bar => bar.total === 0)) return <p class="muted">{t.value.overview.trafficNone}</p>;
  const barWidth = Math.max(1, width / bars.length - gap);
  const middle = bars[Math.floor(bars.length / 2)]?.at ?? history.to;
  const label = history.step_ms >= 3_600_000 ? show.date : (time: string) => show.clock(time).slice(0, 5);
  return (
    <figure class="chart">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t.value.overview.traffic}
      >
        <line class="chart-grid" x1={0} x2={width} y1={0.5} y2={0.5} />
        <line class="chart-grid" x1={0} x2={width} y1={height / 2} y2={height / 2} />
        <line class="chart-base" x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} />
        {bars.map((bar, index) => (
          <Stack
            key={bar.at}
            bar={bar}
            x={index * (barWidth + gap)}
            barWidth={barWidth}
            scale={(height - 6) / most}
          />
        ))}
      </svg>
      <div class="chart-axis">
        <span>{label(history.from)}</span>
        <span>{label(middle)}</span>
        <span>{label(history.to)}</span>
      </div>
      <figcaption class="legend">
        {layers.map(layer => (
          <span key={layer} class={`legend-${layer}`}>
            {t.value.outcomes[layer]}
          </span>
        ))}
        <span class="legend-most">max {show.number(most)}</span>
      </figcaption>
      <Table bars={bars} />
    </figure>
  );
}
