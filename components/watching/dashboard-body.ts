import { panes, ruleLine, type Line, type Pane, type Shown, type Widget } from "./dashboard-pane";
import { stations } from "./dashboard-stations";
import { dashboardText } from "./dashboard-text";

/** The dashboard of one monitor: EDP's four panes first, then a row for each station of the data's way. */
export function dashboardBody(shown: Shown): { widgets: Widget[] } {
  const rows = [edpPanes(shown), overview(shown), ...stations(shown)];
  const widgets: Widget[] = [];
  let y = 0;
  for (const row of rows) {
    let x = 0;
    for (const pane of row) {
      widgets.push({ ...pane, x, y });
      x += pane.width;
    }
    y += Math.max(...row.map(({ height }) => height));
  }
  return { widgets };
}

/** The four that EDP's users know, under its titles. */
function edpPanes(shown: Shown): Pane[] {
  const { topicName, rules } = shown.watched;
  const rule = ruleLine(rules.find(({ id }) => id === "object-events")!);
  return panes(shown, [
    [
      "EDP event bus topic",
      [
        [
          "AWS/SNS",
          "NumberOfMessagesPublished",
          "TopicName",
          topicName,
          { stat: "Sum", label: "messages published" },
        ],
      ],
    ],
    [
      "S3 EventBridge rule",
      ["Invocations", "TriggeredRules", "FailedInvocations"].map((name) => rule(name)),
    ],
    ["Store in DB lambda", successOf(shown, "ingest"), { left: "errors", right: "%" }],
    ["Emit event lambda", successOf(shown, "emitter"), { left: "errors", right: "%" }],
  ]);
}

function successOf({ watched }: Shown, id: string): Line[] {
  const { name } = watched.functions.find((one) => one.id === id)!;
  const of = (metric: string, options: Record<string, string | boolean>): Line => [
    ...["AWS/Lambda", metric, "FunctionName", name],
    { stat: "Sum", ...options },
  ];
  return [
    of("Errors", { id: "errors", label: "errors" }),
    of("Invocations", { id: "invocations", visible: false }),
    [
      {
        expression: "100 - 100 * errors / MAX([errors, invocations])",
        label: "success rate (%)",
        id: "success",
        yAxis: "right",
      },
    ],
  ];
}

function overview({ watched, alarmArns }: Shown): Pane[] {
  const height = 12;
  return [
    {
      type: "text",
      width: 16,
      height,
      properties: { markdown: dashboardText(watched.bucketName) },
    },
    {
      type: "alarm",
      width: 8,
      height,
      properties: { title: "Alarms", alarms: alarmArns },
    },
  ];
}
