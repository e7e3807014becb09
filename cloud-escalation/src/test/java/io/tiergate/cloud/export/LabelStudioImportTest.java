package io.tiergate.cloud.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelStudioImportTest {
    private static final String ID = "0190f5e2-7b1c-7def-8a3b-5c6d7e8f9a0b";
    private static final String SOUND = "{'data':{'escalation_id':'" + ID
            + "'},'annotations':[{'completed_by':{'id':4,'email':'ada@example.org'},'result':[{'type':'choices','value':{'choices':['dent']}}]}]}";

    @Test
    void anExportOfLabelStudioIsRead() throws Exception {
        LabelStudioImport read = read("""
                [{'id':7,'data':{'escalation_id':'%s','site':'x'},'predictions':[{'result':[]}],
                  'annotations':[
                    {'id':1,'completed_by':12,'was_cancelled':false,'ground_truth':false,
                     'result':[{'id':'a','from_name':'label','to_name':'sample','type':'choices','origin':'manual','value':{'choices':['pit']}}]},
                    {'id':2,'completed_by':{'email':'ada@example.org'},'result':[{'value':{'choices':['dent']}}]},
                    {'id':3,'completed_by':13,'was_cancelled':true,'result':[]}]},
                 {'id':8,'data':{'escalation_id':'%s'},'annotations':[]}]
                """.formatted(ID, ID));

        assertThat(read.labels())
                .containsExactly(
                        new ImportedLabel(UUID.fromString(ID), "pit", "12"),
                        new ImportedLabel(UUID.fromString(ID), "dent", "ada@example.org"));
        assertThat(read.problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'annotations':[]} | data.escalation_id: missing (expected: a UUID, as the export wrote it)",
                "{'data':{'escalation_id':'1-1-1-1-1'},'annotations':[]} | data.escalation_id: \"1-1-1-1-1\" (expected: a UUID, as the export wrote it)",
                "{'data':{'escalation_id':7},'annotations':[]} | data.escalation_id: 7 (expected: a UUID, as the export wrote it)",
                "{'data':{'escalation_id':'ID'},'label':'dent'} | annotations: missing (expected: a list; export as JSON, not as JSON-MIN)",
                "{'data':{'escalation_id':'ID'},'annotations':[{'result':[]}]} | annotations.result: 0 choices (expected: one, the label)",
                "{'data':{'escalation_id':'ID'},'annotations':[{'result':[{'value':{'choices':['a','b']}}]}]} | annotations.result: 2 choices (expected: one, the label)",
                "[] | data.escalation_id: missing (expected: a UUID, as the export wrote it)",
                "null | data.escalation_id: missing (expected: a UUID, as the export wrote it)"
            })
    void aBrokenTaskIsToldByItsNumberAndHarmsNoOther(String task, String problem) throws Exception {
        LabelStudioImport read = read("[" + SOUND + "," + task.replace("ID", ID) + "," + SOUND + "]");

        assertThat(read.labels()).hasSize(2);
        assertThat(read.problems()).containsExactly("task 2: " + problem);
    }

    @Test
    void problemsAreToldUpToANumber() throws Exception {
        assertThat(read("[" + "{},".repeat(1000) + SOUND + "]").problems()).hasSize(100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | the file is no list (expected: Label Studio's export as JSON)",
                "~~ | the file is no list (expected: Label Studio's export as JSON)",
                "[{'data' | the file is no JSON: ",
                "[ | the file is no JSON: "
            })
    void aFileThatIsNoneIsRefused(String file, String sentence) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(UnreadableImportException.class)
                .hasMessageStartingWith(sentence);
    }

    private static LabelStudioImport read(String json) throws Exception {
        return LabelStudioImport.read(
                new ByteArrayInputStream(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }
}
